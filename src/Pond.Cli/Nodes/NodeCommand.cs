using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node</c></summary>
internal static class NodeCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("node", "Run a node, see what nodes do, and why a round was or was not paid.")
        {
            NodeRunCommand.Create(terminals, timeProvider),
            NodeTasksCommand.Create(terminals),
            NodeExplainCommand.Create(terminals, timeProvider),
        };
}
