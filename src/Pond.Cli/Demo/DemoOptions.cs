using Pond.Primitives;

namespace Pond.Cli.Demo;

/// <summary>What <c>pond demo</c> is asked to do.</summary>
public sealed record DemoOptions
{
    /// <summary>With two nodes a submission has one auditor, and a verdict of one key slashes nobody.</summary>
    public const int MinNodes = 3;

    /// <summary>Each node is a child process with a .NET runtime of its own, about 60 MB.</summary>
    public const int MaxNodes = 50;

    /// <summary>The folder to index; null for the XML documentation of the .NET SDK.</summary>
    public string? Folder { get; init; }

    /// <summary>How many nodes there are, cheaters included.</summary>
    public int Nodes { get; init; } = 5;

    /// <summary>How many of the nodes alter what they index.</summary>
    public int Cheaters { get; init; } = 1;

    /// <summary>Over how many rounds the documents are spread.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>The length of a slot.</summary>
    public TimeSpan SlotDuration { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The port of the ledger's RPC; 0 for any free one.</summary>
    public int RpcPort { get; init; }

    /// <summary>Whether the merged index is compared with the one that a single process computes.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Refuses what the demo can't keep its promises for.</summary>
    /// <exception cref="PondException">Says which option, and why.</exception>
    public void Validate()
    {
        if (Nodes < MinNodes)
        {
            throw new PondException(
                "too-few-nodes",
                $"--nodes {Nodes}: a network that can convict a cheater has at least {MinNodes} nodes, because at least two others must say so.",
                $"Choose --nodes from {MinNodes} to {MaxNodes}.");
        }

        CheckRange("--nodes", Nodes, MinNodes, MaxNodes);
        CheckRange("--rounds", Rounds, 1, 100);
        CheckRange("--slot-ms", (int)SlotDuration.TotalMilliseconds, 20, 5_000);
        CheckRange("--rpc-port", RpcPort, 0, ushort.MaxValue);
        CheckRange("--cheaters", Cheaters, 0, Nodes);
        if (Cheaters * 2 >= Nodes)
        {
            throw new PondException(
                "too-many-cheaters",
                $"--cheaters {Cheaters} of --nodes {Nodes}: where half of the nodes or more cheat, they outvote the honest ones, and no audit helps.",
                $"With {Nodes} nodes choose at most --cheaters {(Nodes - 1) / 2}.");
        }
    }

    private static void CheckRange(string name, int value, int lowest, int highest)
    {
        if (value < lowest || value > highest)
        {
            throw new PondException(
                "option-out-of-range", $"{name} {value} is not possible.", $"Choose {name} from {lowest} to {highest}.");
        }
    }
}
