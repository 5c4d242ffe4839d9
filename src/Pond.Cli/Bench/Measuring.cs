namespace Pond.Cli.Bench;

/// <summary>How long something takes, in seconds.</summary>
internal static class Measuring
{
    extension(TimeProvider time)
    {
        internal double Seconds(Action work)
        {
            var start = time.GetTimestamp();
            work();
            return time.GetElapsedTime(start).TotalSeconds;
        }

        internal async Task<double> SecondsAsync(Func<Task> work)
        {
            var start = time.GetTimestamp();
            await work();
            return time.GetElapsedTime(start).TotalSeconds;
        }
    }

    /// <summary>The value in the middle; the list is sorted by this.</summary>
    internal static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
