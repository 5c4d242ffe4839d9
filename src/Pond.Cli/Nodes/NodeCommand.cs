using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node</c></summary>
internal static class NodeCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("node", "See what the nodes do, and why a round was or was not paid.")
        {
            NodeExplainCommand.Create(terminals, timeProvider),
        };
}
