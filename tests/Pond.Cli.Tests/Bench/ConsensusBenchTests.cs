using System.Text.Json;
using Pond.Cli.Bench.Consensus;
using Pond.Cli.Terminal;
using Pond.Testing;

namespace Pond.Cli.Tests.Bench;

public sealed class ConsensusBenchTests
{
    [Fact]
    public void The_rules_reach_every_figure_of_the_quick_run_and_repeat_it()
    {
        var first = new ConsensusBench(ConsensusBenchSize.Quick, seed: 1, static _ => { }).Run(CancellationToken.None);
        var again = new ConsensusBench(ConsensusBenchSize.Quick, seed: 1, static _ => { }).Run(CancellationToken.None);

        Assert.All(first, row => Assert.True(row.IsReached, $"{row.Name}: {row.Pond}, wanted {row.Wanted}"));
        Assert.Equal(first, again);
    }

    [Theory]
    [InlineData(306)]
    [InlineData(1000)]
    public void The_computed_chances_add_up(int nodes)
    {
        var odds = new Odds(nodes);
        var others = Others.OfLiar(nodes);
        var sum = 0.0;
        for (var dishonest = 0; dishonest <= 16; dishonest++)
        {
            for (var honest = 0; honest + dishonest <= 16; honest++)
            {
                sum += odds.Of(dishonest, others.Dishonest, honest, others.Honest, 16 - dishonest - honest, others.Away);
            }
        }

        Assert.Equal(1, sum, precision: 9);
        Assert.Equal(nodes - 1, others.Count);
    }

    [Fact]
    public async Task The_report_is_json_on_demand()
    {
        using var output = new WrittenConsole();
        using var error = new WrittenConsole();

        var exitCode = await PondCommand.RunAsync(
            ["bench", "consensus", "--quick", "--json"], new Terminals(output.Console, error.Console), new ManualTimeProvider());

        Assert.Equal(ExitCode.Ok, exitCode);
        using var report = JsonDocument.Parse(output.Text);
        Assert.Equal(1, report.RootElement.GetProperty("schema").GetInt32());
        Assert.True(report.RootElement.GetProperty("rows").GetArrayLength() > 8);
    }
}
