using Pond.Primitives;

namespace Pond.Node.Tests;

public sealed class RoundWindowsTests
{
    // Starts at 100, rounds of 60, windows of 20, two further attempts.
    private readonly RoundWindows _windows = new(ModelTask.Info(), new Round(3));

    [Fact]
    public void The_windows_follow_each_other_as_the_protocol_says()
    {
        Assert.Equal(new Slot(280), _windows.WorkFrom);
        Assert.Equal(new Slot(340), _windows.SubmitFrom);
        Assert.Equal(new Slot(360), _windows.LastSubmit);
        Assert.Equal(new Slot(400), _windows.ListsFrom(0));
        Assert.Equal(new Slot(420), _windows.LastList(0));
        Assert.Equal(new Slot(440), _windows.LastListAudit(0));
        Assert.Equal(new Slot(441), _windows.PayoutFrom(0));
    }

    [Fact]
    public void Each_further_attempt_is_one_round_later_and_the_last_one_ends_before_the_round_is_forgotten()
    {
        Assert.Equal(new Slot(460), _windows.ListsFrom(1));
        Assert.Equal(new Slot(561), _windows.PayoutFrom(2));
        Assert.Equal(new Slot(640), _windows.ForgetFrom);
    }
}
