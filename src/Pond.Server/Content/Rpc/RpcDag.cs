using Pond.Primitives;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.Dag;

namespace Pond.Server.Content.Rpc;

/// <summary>Whole DAGs: <c>dag/export</c>, <c>dag/import</c>, <c>dag/stat</c>, <c>dag/resolve</c>, <c>resolve</c>.</summary>
internal static class RpcDag
{
    private const int ReadBytes = 256 * 1024;

    internal static async Task ExportAsync(RpcCall call)
    {
        var root = call.Resolve(call.Argument);
        // Read before the answer begins, so that a root that is not here is an error and no broken file.
        call.Store.Blocks.Read(root);
        call.BeginBytes("application/vnd.ipld.car");
        var body = call.Context.Response.Body;
        await body.WriteAsync(CarEncoder.Header([root]), call.CancellationToken);
        var walk = new DagWalk(root);
        while (walk.Needed is { } cid)
        {
            var block = call.Store.Blocks.Read(cid);
            if (!cid.Hash.IsIdentity)
            {
                await body.WriteAsync(CarEncoder.SectionPrefix(cid, block.Length), call.CancellationToken);
                await body.WriteAsync(block, call.CancellationToken);
            }

            walk.Supply(block);
        }
    }

    internal static async Task ImportAsync(RpcCall call)
    {
        call.BeginLines();
        var count = 0L;
        var bytes = 0L;
        using var writer = call.Store.BeginAdd("");
        var roots = new List<Cid>();
        await foreach (var part in call.ReadPartsAsync())
        {
            var decoder = new CarDecoder();
            var last = "";
            try
            {
                var buffer = new byte[ReadBytes];
                int read;
                while ((read = await part.Body.ReadAsync(buffer, call.CancellationToken)) > 0)
                {
                    decoder.Append(buffer.AsSpan(0, read));
                    while (decoder.TryRead(out var block))
                    {
                        last = block.Cid.ToString();
                        RequireReadable(block.Cid, block.Data);
                        count++;
                        bytes += block.Data.Length;
                        if (bytes > call.Options.MaxImportBytes)
                        {
                            throw new RpcFailure($"the files have more than {call.Options.MaxImportBytes} bytes of blocks");
                        }

                        writer.Put(block);
                    }
                }

                decoder.Complete();
            }
            catch (PondException failure) when (failure.Code is not ("disk-full" or "disk-failed" or "disk-denied" or "quota-exceeded"))
            {
                throw new RpcFailure($"import failed at/after block \"{last}\": {failure.Message}");
            }

            roots.AddRange(decoder.Roots!.Where(root => !roots.Contains(root)));
        }

        call.Store.Blocks.Flush();
        foreach (var root in call.Flag("pin-roots", byDefault: true) ? roots : [])
        {
            var problem = "";
            try
            {
                writer.Pin(new Pin(root, ""));
            }
            catch (PondException failure)
            {
                problem = failure.Message;
            }

            if (!call.Flag("silent"))
            {
                await call.WriteLineAsync(new { Root = new { Cid = RpcCall.Link(call.TextOf(root)), PinErrorMsg = problem } });
            }
        }

        if (call.Flag("stats"))
        {
            await call.WriteLineAsync(new { Stats = new { BlockCount = count, BlockBytesCount = bytes } });
        }
    }

    internal static async Task StatAsync(RpcCall call)
    {
        _ = call.Argument;
        var unique = new Dictionary<Multihash, long>();
        var shared = 0L;
        var total = 0L;
        var stats = new List<object>();
        var progress = call.Flag("progress", byDefault: true);
        call.BeginLines();
        foreach (var argument in call.Arguments)
        {
            var root = call.Resolve(argument);
            var size = 0L;
            var count = 0L;
            var seen = new HashSet<Multihash>();
            foreach (var cid in call.Store.Reach(root, PinKind.Recursive).Where(cid => seen.Add(cid.Hash)))
            {
                var bytes = call.Store.Blocks.Read(cid).Length;
                size += bytes;
                count++;
                if (unique.TryAdd(cid.Hash, bytes))
                {
                    total += bytes;
                }
                else
                {
                    shared += bytes;
                }

                if (progress)
                {
                    await call.WriteLineAsync(AnswerOf([.. stats, StatOf(call, root, size, count)]));
                }
            }

            stats.Add(StatOf(call, root, size, count));
        }

        await call.WriteLineAsync(AnswerOf(stats));

        object AnswerOf(IReadOnlyList<object> dags)
        {
            var ratio = total == 0 ? 1.0 : (total + shared) / (double)total;
            // The shared size is left out where nothing is shared.
            return shared == 0
                ? new { UniqueBlocks = unique.Count, TotalSize = total, Ratio = ratio, DagStats = dags }
                : new { UniqueBlocks = unique.Count, TotalSize = total, SharedSize = shared, Ratio = ratio, DagStats = dags };
        }
    }

    internal static Task ResolveNodeAsync(RpcCall call) =>
        call.AnswerAsync(new { Cid = RpcCall.Link(call.TextOf(call.Resolve(call.Argument))), RemPath = "" });

    internal static Task ResolveAsync(RpcCall call) =>
        call.AnswerAsync(new { Path = $"/ipfs/{call.TextOf(call.Resolve(call.Argument))}" });

    /// <summary>Refuses a dag-pb node that no reader could read.</summary>
    internal static void RequireReadable(Cid cid, ReadOnlyMemory<byte> block)
    {
        if (cid.Codec is Multicodec.DagPb)
        {
            DagLinks.Of(cid, block);
        }
    }

    private static object StatOf(RpcCall call, Cid root, long size, long count) => new { Cid = call.TextOf(root), Size = size, NumBlocks = count };
}
