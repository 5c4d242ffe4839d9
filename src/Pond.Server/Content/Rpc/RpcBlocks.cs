using Pond.Store;

namespace Pond.Server.Content.Rpc;

/// <summary>Single blocks: <c>block/put</c>, <c>block/get</c>, <c>block/stat</c>, <c>block/rm</c>, and <c>dag/put</c> of what is encoded already.</summary>
internal static class RpcBlocks
{
    internal static async Task PutAsync(RpcCall call)
    {
        var (version, codec) = FormatOf(call.Text("format"), call.Text("cid-codec"));
        RequireSha256(call, "mhtype");
        if (call.Number("mhlen", byDefault: -1) is not (-1 or 32))
        {
            throw new RpcFailure("mhlen is 32 for sha2-256", isOfClient: true);
        }

        call.BeginLines();
        using var writer = call.Store.BeginAdd("");
        await foreach (var part in call.ReadPartsAsync())
        {
            var block = Block.Create(version, codec, await ReadBlockAsync(call, part.Body));
            writer.Put(block);
            call.Store.Blocks.Flush();
            if (call.Flag("pin"))
            {
                writer.Pin(new Pin(block.Cid, ""));
            }

            await call.WriteLineAsync(new { Key = call.TextOf(block.Cid), Size = block.Data.Length });
        }
    }

    internal static async Task PutNodeAsync(RpcCall call)
    {
        var stored = call.Text("store-codec") ?? "dag-cbor";
        if ((call.Text("input-codec") ?? "dag-json") is { } input && !string.Equals(input, stored, StringComparison.Ordinal))
        {
            throw new RpcFailure($"nodes are not converted from {input} to {stored} here; send them as they are to be stored", isOfClient: true);
        }

        var (_, codec) = FormatOf(null, stored);
        RequireSha256(call, "hash");
        call.BeginLines();
        using var writer = call.Store.BeginAdd("");
        await foreach (var part in call.ReadPartsAsync())
        {
            var block = Block.Create(cidVersion: 1, codec, await ReadBlockAsync(call, part.Body));
            RpcDag.RequireReadable(block.Cid, block.Data);
            writer.Put(block);
            call.Store.Blocks.Flush();
            if (call.Flag("pin"))
            {
                writer.Pin(new Pin(block.Cid, ""));
            }

            await call.WriteLineAsync(new { Cid = RpcCall.Link(call.TextOf(block.Cid)) });
        }
    }

    internal static async Task GetAsync(RpcCall call)
    {
        var block = call.Store.Blocks.Read(call.Resolve(call.Argument));
        call.BeginBytes("application/vnd.ipld.raw", block.Length);
        await call.Context.Response.Body.WriteAsync(block, call.CancellationToken);
    }

    internal static async Task StatAsync(RpcCall call)
    {
        var cid = call.Resolve(call.Argument);
        await call.AnswerAsync(new { Key = call.TextOf(cid), Size = call.Store.Blocks.Read(cid).Length });
    }

    internal static async Task RemoveAsync(RpcCall call)
    {
        _ = call.Argument;
        call.BeginLines();
        foreach (var argument in call.Arguments)
        {
            var cid = RpcCall.ParsePath(argument).Root;
            var text = call.TextOf(cid);
            var pin = call.Store.PinsReaching(cid, call.CancellationToken).FirstOrDefault();
            var error =
                pin is null ? call.Store.Blocks.Delete(cid.Hash) || call.Flag("force") ? null : $"ipld: could not find {text}"
                : pin.Root.Hash == cid.Hash ? $"pinned: {RpcPins.TextOf(pin.Kind)}"
                : $"pinned via {call.TextOf(pin.Root)}";
            if (error is not null)
            {
                await call.WriteLineAsync(new { Hash = text, Error = error });
            }
            else if (!call.Flag("quiet"))
            {
                await call.WriteLineAsync(new { Hash = text });
            }
        }
    }

    private static void RequireSha256(RpcCall call, string option)
    {
        if (call.Text(option) is { } hash && hash is not "sha2-256")
        {
            throw new RpcFailure($"hash function {hash} is not written here; use sha2-256", isOfClient: true);
        }
    }

    private static (int Version, ulong Codec) FormatOf(string? format, string? codec) => (format, codec) switch
    {
        ("v0", _) => (0, Multicodec.DagPb),
        ("protobuf" or "dag-pb", _) or (null, "dag-pb") => (1, Multicodec.DagPb),
        ("cbor" or "dag-cbor", _) or (null, "dag-cbor") => (1, Multicodec.DagCbor),
        (null, "dag-json") or ("dag-json", _) => (1, Multicodec.DagJson),
        ("raw", _) or (null, null or "raw") => (1, Multicodec.Raw),
        _ => throw new RpcFailure($"codec \"{format ?? codec}\" is not known here: expected raw, dag-pb, dag-cbor or dag-json", isOfClient: true),
    };

    // Judged before anything is stored: what is larger, nobody could fetch.
    private static async Task<byte[]> ReadBlockAsync(RpcCall call, Stream body)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await body.ReadAsync(buffer, call.CancellationToken)) > 0)
        {
            bytes.Write(buffer.AsSpan(0, read));
            if (bytes.Length > Block.MaxSizeBytes)
            {
                throw new RpcFailure($"produced block is over {Block.MaxSizeBytes} bytes, and big blocks can't be exchanged with other peers");
            }
        }

        return bytes.ToArray();
    }
}
