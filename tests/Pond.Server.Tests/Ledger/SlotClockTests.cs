using Pond.Primitives;
using Pond.Server.Ledger;
using Pond.Testing;

namespace Pond.Server.Tests.Ledger;

public class SlotClockTests
{
    private static readonly TimeSpan SlotDuration = TimeSpan.FromMilliseconds(400);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(399, 1)]
    [InlineData(400, 2)]
    [InlineData(799, 2)]
    [InlineData(4000, 11)]
    public void Slots_pass_with_time(int elapsedMs, ulong slot)
    {
        var time = new ManualTimeProvider();
        var clock = new SlotClock(time, new Slot(1), SlotDuration);

        time.Advance(TimeSpan.FromMilliseconds(elapsedMs));

        Assert.Equal(new Slot(slot), clock.Now);
    }

    [Fact]
    public async Task A_wait_ends_with_the_first_moment_of_its_slot()
    {
        var time = new ManualTimeProvider();
        var clock = new SlotClock(time, new Slot(1), SlotDuration);

        var waiting = clock.WaitForAsync(new Slot(3), CancellationToken.None);
        time.Advance(TimeSpan.FromMilliseconds(799));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new Slot(3), clock.Now);
        await waiting;
    }

    [Fact]
    public void A_slot_that_has_begun_needs_no_wait()
    {
        var time = new ManualTimeProvider();
        var clock = new SlotClock(time, new Slot(1), SlotDuration);
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(clock.WaitForAsync(new Slot(5), CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Without_time_slots_pass_when_they_are_told_to()
    {
        var time = new ManualTimeProvider();
        var clock = new SlotClock(time, new Slot(1), SlotDuration, MiningMode.OnDemand);
        var waiting = clock.WaitForAsync(new Slot(2), CancellationToken.None);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(new Slot(1), clock.Now);
        Assert.False(waiting.IsCompleted);

        clock.AdvanceTo(new Slot(2));
        clock.AdvanceTo(new Slot(1));

        await waiting;
        Assert.Equal(new Slot(2), clock.Now);
    }

    [Fact]
    public async Task A_clock_that_was_moved_on_runs_on_from_there()
    {
        var time = new ManualTimeProvider();
        var clock = new SlotClock(time, new Slot(1), SlotDuration);
        var waiting = clock.WaitForAsync(new Slot(101), CancellationToken.None);

        clock.AdvanceTo(new Slot(100));
        Assert.Equal(new Slot(100), clock.Now);
        time.Advance(SlotDuration);

        await waiting;
        Assert.Equal(new Slot(101), clock.Now);
        Assert.Equal(TimeSpan.Zero, clock.TimeSince(new Slot(101)));
        Assert.Equal(-SlotDuration, clock.TimeSince(new Slot(102)));
    }
}
