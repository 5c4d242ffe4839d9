using System.Globalization;
using Spectre.Console;

namespace Pond.Cli.Demo;

/// <summary>Plain lines, for logs and pipes: one for each thing that happens, and one for each new phase.</summary>
internal sealed class PlainDemoView(IAnsiConsole console) : IDemoView
{
    private string _lastPhase = string.Empty;

    public void Say(string line) => console.WriteLine(line);

    public void Show(DemoSnapshot snapshot)
    {
        var phase = string.Create(CultureInfo.InvariantCulture, $"round {snapshot.Round}: {snapshot.Phase}");
        if (string.Equals(phase, _lastPhase, StringComparison.Ordinal))
        {
            return;
        }

        _lastPhase = phase;
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"slot {snapshot.Slot}, {phase}; {snapshot.CoveredShards} of {snapshot.ShardCount} shards accepted"));
    }

    public void Close()
    {
    }
}
