using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content.Rpc;

/// <summary>Pins: <c>pin/add</c>, <c>pin/rm</c>, <c>pin/ls</c>, <c>pin/update</c>, <c>pin/verify</c>.</summary>
internal static class RpcPins
{
    internal static string TextOf(PinKind kind) => kind == PinKind.Direct ? "direct" : "recursive";

    internal static async Task AddAsync(RpcCall call)
    {
        _ = call.Argument;
        var kind = call.Flag("recursive", byDefault: true) ? PinKind.Recursive : PinKind.Direct;
        var pinned = new List<string>();
        var blocks = 0L;
        var bytes = 0L;
        foreach (var argument in call.Arguments)
        {
            var root = call.Resolve(argument);
            if (kind == PinKind.Direct && PinsOf(call, root).Any(pin => pin.Kind == PinKind.Recursive))
            {
                throw new RpcFailure($"pin: {call.TextOf(root)} already pinned recursively");
            }

            try
            {
                var pin = call.Store.Pin(new Pin(root, call.Text("name") ?? "") { Kind = kind });
                bytes += pin.SizeBytes;
                blocks += call.Flag("progress") ? call.Store.Reach(root, kind).Count() : 0;
            }
            catch (PondException failure) when (failure.Code is "block-missing")
            {
                throw new RpcFailure($"pin: {failure.Message}");
            }

            pinned.Add(call.TextOf(root));
        }

        if (call.Flag("progress"))
        {
            call.BeginLines();
            await call.WriteLineAsync(new { Progress = blocks, Bytes = bytes });
            await call.WriteLineAsync(new { Pins = pinned });
            return;
        }

        await call.AnswerAsync(new { Pins = pinned });
    }

    internal static async Task RemoveAsync(RpcCall call)
    {
        _ = call.Argument;
        var kind = call.Flag("recursive", byDefault: true) ? PinKind.Recursive : PinKind.Direct;
        var removed = new List<string>();
        foreach (var argument in call.Arguments)
        {
            var root = call.Resolve(argument);
            // Pins of others, such as those of a task, are not the operator's to take back in passing.
            var pins = PinsOf(call, root).Where(pin => pin.Owner.Length == 0).ToList();
            if (pins.Count == 0)
            {
                throw new RpcFailure("not pinned or pinned indirectly");
            }

            if (kind == PinKind.Direct && pins.Exists(pin => pin.Kind == PinKind.Recursive))
            {
                throw new RpcFailure($"{call.TextOf(root)} is pinned recursively");
            }

            foreach (var pin in pins)
            {
                call.Store.Unpin(pin.Root, pin.Name);
            }

            removed.Add(call.TextOf(root));
        }

        await call.AnswerAsync(new { Pins = removed });
    }

    internal static async Task ListAsync(RpcCall call)
    {
        var type = call.Text("type") ?? "all";
        if (type is not ("all" or "direct" or "indirect" or "recursive"))
        {
            throw new RpcFailure($"invalid type '{type}', must be one of {{direct, indirect, recursive, all}}", isOfClient: true);
        }

        var found = call.Arguments.Count > 0 ? Asked(call, type) : All(call, type);
        if (call.Text("name") is { } part)
        {
            found = found.Where(item => item.Name.Contains(part, StringComparison.Ordinal));
        }

        var withNames = call.Flag("names") || call.Text("name") is not null;
        if (!call.Flag("stream"))
        {
            var keys = new Dictionary<string, object>(StringComparer.Ordinal);
            foreach (var (cid, kind, name) in found)
            {
                keys.TryAdd(call.TextOf(cid), new { Type = kind, Name = withNames ? name : "" });
            }

            await call.AnswerAsync(keys.Count > 0 ? new { Keys = keys } : new { });
            return;
        }

        call.BeginLines();
        foreach (var (cid, kind, name) in found)
        {
            await call.WriteLineAsync(withNames && name.Length > 0
                ? new { Cid = call.TextOf(cid), Type = kind, Name = name }
                : new { Cid = call.TextOf(cid), Type = kind });
        }
    }

    internal static async Task UpdateAsync(RpcCall call)
    {
        if (call.Arguments is not [var from, var to])
        {
            throw new RpcFailure("argument \"to-path\" is required", isOfClient: true);
        }

        var before = call.Resolve(from);
        var after = call.Resolve(to);
        var pins = PinsOf(call, before).Where(pin => pin is { Kind: PinKind.Recursive, Owner: "" }).ToList();
        if (pins.Count == 0)
        {
            throw new RpcFailure("'from' cid was not recursively pinned already");
        }

        foreach (var pin in pins)
        {
            call.Store.Pin(pin with { Root = after });
            if (call.Flag("unpin", byDefault: true) && before != after)
            {
                call.Store.Unpin(before, pin.Name);
            }
        }

        await call.AnswerAsync(new { Pins = new[] { call.TextOf(before), call.TextOf(after) } });
    }

    internal static async Task VerifyAsync(RpcCall call)
    {
        call.BeginLines();
        foreach (var root in call.Store.Pins.Where(pin => pin.Kind == PinKind.Recursive).Select(pin => pin.Root).Distinct())
        {
            var bad = BadNodesOf(call, root);
            if (bad.Count > 0)
            {
                await call.WriteLineAsync(new { Cid = call.TextOf(root), Ok = false, BadNodes = bad });
            }
            else if (call.Flag("verbose"))
            {
                await call.WriteLineAsync(new { Cid = call.TextOf(root), Ok = true });
            }
        }
    }

    private static List<object> BadNodesOf(RpcCall call, Cid root)
    {
        var bad = new List<object>();
        try
        {
            foreach (var cid in call.Store.Reach(root, PinKind.Recursive))
            {
                call.CancellationToken.ThrowIfCancellationRequested();
                try
                {
                    call.Store.Blocks.Read(cid);
                }
                catch (PondException failure) when (cid.Codec == Multicodec.Raw)
                {
                    bad.Add(new { Cid = call.TextOf(cid), Err = failure.Message });
                }
            }
        }
        catch (PondException failure)
        {
            // What lies below a node that cannot be read is not known.
            bad.Add(new { Cid = call.TextOf(root), Err = failure.Message });
        }

        return bad;
    }

    private static IEnumerable<Pin> PinsOf(RpcCall call, Cid root) => call.Store.Pins.Where(pin => pin.Root == root);

    private static IEnumerable<(Cid Cid, string Type, string Name)> Asked(RpcCall call, string type)
    {
        foreach (var argument in call.Arguments)
        {
            var cid = call.Resolve(argument);
            var own = PinsOf(call, cid).OrderBy(pin => pin.Kind).FirstOrDefault(pin => type is "all" || type == TextOf(pin.Kind));
            if (own is not null)
            {
                yield return (cid, TextOf(own.Kind), own.Name);
                continue;
            }

            var above = type is "all" or "indirect"
                ? call.Store.PinsReaching(cid, call.CancellationToken).FirstOrDefault(pin => pin.Root != cid)
                : null;
            yield return above is null
                ? throw new RpcFailure($"path '{argument}' is not pinned")
                : (cid, $"indirect through {call.TextOf(above.Root)}", "");
        }
    }

    private static IEnumerable<(Cid Cid, string Type, string Name)> All(RpcCall call, string type)
    {
        var pins = call.Store.Pins.OrderBy(pin => pin.Kind).ThenBy(pin => pin.Root.Hash).ThenBy(pin => pin.Name, StringComparer.Ordinal).ToList();
        foreach (var pin in pins.Where(pin => type is "all" || type == TextOf(pin.Kind)))
        {
            yield return (pin.Root, TextOf(pin.Kind), pin.Name);
        }

        if (type is not ("all" or "indirect"))
        {
            yield break;
        }

        var seen = pins.Where(pin => pin.Kind == PinKind.Recursive).Select(pin => pin.Root).ToHashSet();
        foreach (var pin in pins.Where(pin => pin.Kind == PinKind.Recursive))
        {
            foreach (var cid in call.Store.Reach(pin.Root, PinKind.Recursive).Where(seen.Add))
            {
                call.CancellationToken.ThrowIfCancellationRequested();
                yield return (cid, "indirect", "");
            }
        }
    }
}
