using System.Globalization;
using System.Text.Json;
using Pond.Cli.Terminal;
using Pond.Contracts.Json;
using Spectre.Console;

namespace Pond.Cli.Store;

/// <summary>How the commands of the store write: data on stdout, progress on stderr and only where somebody watches.</summary>
internal static class StoreOutput
{
    /// <summary>A line of data as it is: nothing is wrapped, coloured or read as markup.</summary>
    internal static void Line(Terminals terminals, string text) => terminals.Out.Profile.Out.Writer.WriteLine(text);

    /// <summary>A line for the one who watches, on stderr.</summary>
    internal static void Notice(Terminals terminals, string text) => terminals.Error.Profile.Out.Writer.WriteLine(text);

    internal static void Json(Terminals terminals, object value) => Line(terminals, JsonSerializer.Serialize(value, PondJson.Options));

    /// <summary>Text from content, whose author could otherwise move the cursor of whoever looks.</summary>
    internal static string Harmless(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));

    internal static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[unit]}");
    }

    /// <summary>Does something long, with a bar on stderr if that is a terminal.</summary>
    /// <param name="terminals">Where the bar goes.</param>
    /// <param name="title">What is done.</param>
    /// <param name="totalBytes">How much there is to do; null if that is not known.</param>
    /// <param name="work">Given what to call with the bytes that were done since the last call.</param>
    internal static T WithProgress<T>(Terminals terminals, string title, long? totalBytes, Func<Action<long>, T> work)
    {
        if (!terminals.Error.Profile.Out.IsTerminal)
        {
            return work(static _ => { });
        }

        return terminals.Error.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .Start(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(totalBytes ?? 0, 1));
                task.IsIndeterminate = totalBytes is null;
                return work(bytes => task.Increment(bytes));
            });
    }
}
