using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node</c></summary>
internal static class NodeCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var command = new Command("node", "Run a node, see what nodes do, look after their money, and see why a round was or was not paid.")
        {
            NodeRunCommand.Create(terminals, timeProvider),
            NodeTasksCommand.Create(terminals),
            NodeExplainCommand.Create(terminals, timeProvider),
        };
        foreach (var further in NodeOperateCommands.Create(terminals, timeProvider).Concat(NodeMoneyCommands.Create(terminals)).Concat(NodeCareCommands.Create(terminals)))
        {
            command.Add(further);
        }

        return command;
    }
}
