using Pond.Cli.Demo;

namespace Pond.Cli.Tests.Demo;

public sealed class DemoTimingTests
{
    [Theory]
    [InlineData(100, 0.1, 80)]
    [InlineData(100, 4, 200)]
    [InlineData(400, 0.1, 40)]
    [InlineData(20, 0.1, 400)]
    public void Rounds_are_as_long_as_their_work_needs_and_never_too_short(int slotMs, double indexingSeconds, ulong slots)
    {
        var timing = DemoTiming.For(TimeSpan.FromMilliseconds(slotMs), TimeSpan.FromSeconds(indexingSeconds));

        Assert.Equal(slots, timing.RoundTime);
    }

    [Fact]
    public void The_windows_fit_into_every_round_and_leave_room_for_the_beacons()
    {
        for (var seconds = 0; seconds < 60; seconds++)
        {
            foreach (var slotMs in new[] { 20, 37, 100, 400, 5_000 })
            {
                var timing = DemoTiming.For(TimeSpan.FromMilliseconds(slotMs), TimeSpan.FromSeconds(seconds));

                Assert.True(timing.RoundTime >= timing.SubmissionWindow + timing.AuditWindow);
                // What the ledger asks of a class A task with one producer.
                Assert.True((timing.RoundTime - timing.SubmissionWindow) / 2 >= 3);
                Assert.True(timing.AuditWindow >= 3);
            }
        }
    }
}
