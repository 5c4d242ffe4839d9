using Pond.Cli.Demo;
using Pond.Primitives;

namespace Pond.Cli.Tests.Demo;

public sealed class DemoOptionsTests
{
    [Fact]
    public void The_defaults_are_possible() => new DemoOptions().Validate();

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(12, 5)]
    public void Fewer_cheaters_than_half_are_taken_and_half_or_more_refused(int nodes, int most)
    {
        new DemoOptions { Nodes = nodes, Cheaters = most }.Validate();

        var refusal = Assert.Throws<PondException>(() => new DemoOptions { Nodes = nodes, Cheaters = most + 1 }.Validate());

        Assert.Equal("too-many-cheaters", refusal.Code);
    }

    [Fact]
    public void Both_sides_of_each_bound()
    {
        new DemoOptions { Nodes = DemoOptions.MaxNodes }.Validate();
        new DemoOptions { Rounds = 1, SlotDuration = TimeSpan.FromMilliseconds(20), RpcPort = 65_535 }.Validate();

        Refused("too-few-nodes", new DemoOptions { Nodes = 2, Cheaters = 0 });
        Refused("option-out-of-range", new DemoOptions { Nodes = DemoOptions.MaxNodes + 1 });
        Refused("option-out-of-range", new DemoOptions { Cheaters = -1 });
        Refused("option-out-of-range", new DemoOptions { Rounds = 0 });
        Refused("option-out-of-range", new DemoOptions { SlotDuration = TimeSpan.FromMilliseconds(19) });
        Refused("option-out-of-range", new DemoOptions { RpcPort = 65_536 });
    }

    private static void Refused(string code, DemoOptions options) =>
        Assert.Equal(code, Assert.Throws<PondException>(options.Validate).Code);
}
