using System.Globalization;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.LocalNetworks;

/// <summary>Shows where everything of a local network is, and what to do next.</summary>
internal static class NetworkView
{
    /// <summary>Shows it.</summary>
    /// <param name="terminals">Where to.</param>
    /// <param name="state">What is shown.</param>
    /// <param name="startedIn">How long the start took, from the start of the process that the user called; null if the network ran already.</param>
    /// <param name="json">Whether it is for scripts.</param>
    internal static void Write(Terminals terminals, LocalNetworkState state, TimeSpan? startedIn, bool json)
    {
        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, alreadyRunning = startedIn is null, startedInMs = startedIn?.TotalMilliseconds, network = state });
            return;
        }

        var began = startedIn is { } took ? string.Create(CultureInfo.InvariantCulture, $"started in {took.TotalSeconds:0.0} s") : "running already";

        string[] lines =
        [
            string.Create(
                CultureInfo.InvariantCulture,
                $"network   {began}: process {state.ProcessId}, {state.Nodes.Length} nodes, slots of {state.SlotMs} ms"),
            $"rpc       {state.Rpc}",
            $"pubsub    {state.PubSub}",
            $"store     {state.StoreRpc}api/v0, read at {state.Gateway}ipfs/CID",
            .. state.Nodes.Select((node, index) => $"{(index == 0 ? "nodes" : ""),-10}{node.Name} {node.Address}"),
            $"accounts  {state.Accounts.Length} with {LocalNetworkFolder.AccountBalance} each, keys in {state.Keys}",
            $"box       {state.Box}",
            .. state.Variables.IsEmpty ? (string[])[] : [$"variables {string.Join(", ", state.Variables)}"],
            $"data      {state.Home}",
            $"log       {state.Log}",
            "",
            "Next:     pond task new hello && cd hello && pond task deploy --yes",
            "          pond task status hello",
            "          pond down",
        ];
        foreach (var line in lines)
        {
            StoreOutput.Line(terminals, line);
        }
    }
}
