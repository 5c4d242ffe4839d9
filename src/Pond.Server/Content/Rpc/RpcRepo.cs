using System.Runtime.InteropServices;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content.Rpc;

/// <summary>The store as a whole: <c>repo/*</c>, <c>version</c>, <c>id</c>, <c>swarm/peers</c>.</summary>
internal static class RpcRepo
{
    // The layout that Kubo's clients expect a repository to name; ours is another, behind the same calls.
    private const string RepoVersion = "18";

    internal static async Task StatAsync(RpcCall call)
    {
        var size = call.Store.Blocks.UsedBytes;
        var count = call.Flag("size-only") ? 0 : call.Store.Blocks.Enumerate().LongCount();
        await call.AnswerAsync(new
        {
            RepoSize = size,
            StorageMax = call.Store.Blocks.MaxBytes ?? long.MaxValue,
            NumObjects = count,
            RepoPath = call.Store.Folder,
            Version = RepoVersion,
        });
    }

    internal static async Task CollectAsync(RpcCall call)
    {
        var swept = new List<Multihash>();
        try
        {
            call.Store.CollectGarbage(swept.Add, call.CancellationToken);
        }
        catch (PondException failure) when (call.Flag("stream-errors"))
        {
            call.BeginLines();
            await call.WriteLineAsync(new { Key = (object?)null, Error = failure.Message });
            throw new RpcFailure("encountered errors during gc run");
        }

        call.BeginLines();
        foreach (var hash in call.Flag("silent") ? [] : swept)
        {
            await call.WriteLineAsync(new { Key = RpcCall.Link(call.TextOf(Cid.V1(Multicodec.Raw, hash))) });
        }
    }

    internal static async Task ListBlocksAsync(RpcCall call)
    {
        call.BeginLines();
        foreach (var hash in call.Store.Blocks.Enumerate())
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            await call.WriteLineAsync(new { Ref = call.TextOf(Cid.V1(Multicodec.Raw, hash)), Err = "" });
        }
    }

    internal static Task RepoVersionAsync(RpcCall call) => call.AnswerAsync(new { Version = RepoVersion });

    internal static Task VersionAsync(RpcCall call) => call.AnswerAsync(new
    {
        call.Options.Version,
        Commit = "",
        Repo = RepoVersion,
        System = $"{RuntimeInformation.ProcessArchitecture}/{(OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}".ToLowerInvariant(),
        Golang = "",
    });

    internal static Task IdAsync(RpcCall call) => call.AnswerAsync(new
    {
        ID = call.Options.Identity.PeerId,
        call.Options.Identity.PublicKey,
        Addresses = Array.Empty<string>(),
        AgentVersion = $"pond/{call.Options.Version}",
        Protocols = Array.Empty<string>(),
    });

    internal static Task PeersAsync(RpcCall call) => call.AnswerAsync(new { Peers = (object?)null });

    internal static Task RemovedAsync(RpcCall call) => throw new RpcFailure("removed, use 'ipfs dag' or 'ipfs files' instead");
}
