using Pond.Simulation.Tasks;

namespace Pond.Simulation.Tests;

public sealed class OutsideUseScanTests
{
    [Fact]
    public void Every_use_of_the_real_world_is_named_with_its_place()
    {
        var uses = OutsideUseScan.Read(typeof(OutsideWorldTask).Assembly.Location)
            .Where(use => use.Place.StartsWith(nameof(OutsideWorldTask), StringComparison.Ordinal))
            .Select(use => $"{use.Place}: {use.Member}");

        Assert.Equal(
            [
                "OutsideWorldTask.ExecuteAsync: DateTime.UtcNow",
                "OutsideWorldTask.ExecuteAsync: Environment.TickCount64",
                "OutsideWorldTask.ExecuteAsync: Guid.NewGuid",
                "OutsideWorldTask.ExecuteAsync: Stopwatch.GetTimestamp",
                "OutsideWorldTask.ExecuteAsync: Task.Delay",
                "OutsideWorldTask.FetchSubmissionAsync: HttpClient.new",
                "OutsideWorldTask.FetchSubmissionAsync: Random.Next",
                "OutsideWorldTask.FetchSubmissionAsync: Random.Shared",
                "OutsideWorldTask.FetchSubmissionAsync: RandomNumberGenerator.GetBytes",
                "OutsideWorldTask.ValidateSubmissionAsync: DateTimeOffset.Now",
                "OutsideWorldTask.ValidateSubmissionAsync: Thread.Sleep",
            ],
            uses.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public void A_task_that_keeps_to_its_namespace_has_none() => Assert.DoesNotContain(
        OutsideUseScan.Read(typeof(HashTask).Assembly.Location),
        use => use.Place.StartsWith($"{nameof(HashTask)}.", StringComparison.Ordinal));
}
