using System.CommandLine;
using Pond.Primitives;
using Pond.Server.Deployment;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.Nodes;

/// <summary>Which node of the local network is meant.</summary>
internal static class LocalNodes
{
    internal static Option<string> NodeOption() => new("--node")
    {
        Description = "The node's name.",
        DefaultValueFactory = _ => "node-1",
        HelpName = "NAME",
    };

    internal static Option<ulong> RoundOption() => new("--round") { Description = "The round of the work.", Required = true };

    /// <summary>The node of that name in the local network that a command is meant for.</summary>
    /// <exception cref="PondException"><c>network-not-local</c> or <c>node-unknown</c>.</exception>
    internal static LocalNodePlace Find(DeploymentTarget target, string name)
    {
        var local = target.Local ?? throw new PondException(
            "network-not-local", "Only nodes of a local network that runs can be asked.", "Start one with 'pond up', or name its folder with --home.");
        return local.Nodes.FirstOrDefault(node => node.Name == name) ?? throw new PondException(
            "node-unknown", $"The local network has no node '{name}'.", $"It has {string.Join(", ", local.Nodes.Select(node => node.Name))}.");
    }
}
