using System.Security.Cryptography;
using System.Text;
using Pond.Client.Content;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.Dag;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>Answers with a CAR: the blocks of the path, then as much below its end as was asked for, each block once or at every visit.</summary>
internal static class GatewayCar
{
    internal static async Task AnswerAsync(
        HttpContext context, IBlockSource source, GatewayRequest request, PathResolution resolution, GatewayOptions options)
    {
        var query = context.Request.Query;
        var scope = query["dag-scope"] is [{ } named, ..] ? named : "all";
        EntityBytes? part = null;
        var (version, order, dups) = GatewayRequest.CarFormOf(context);
        if (scope is not ("block" or "entity" or "all") || version is not "1" || order is not ("dfs" or "unk") || dups is not ("y" or "n"))
        {
            await GatewayEndpoints.FailAsync(
                context,
                StatusCodes.Status400BadRequest,
                "Expected dag-scope=block, entity or all, car-version=1, car-order=dfs or unk, and car-dups=y or n.");
            return;
        }

        if (query["entity-bytes"] is [{ } text, ..])
        {
            if (!EntityBytes.TryParse(text, out var parsed))
            {
                await GatewayEndpoints.FailAsync(
                    context, StatusCodes.Status400BadRequest, "Expected entity-bytes=<from>:<to>, with to at or after from, or *.");
                return;
            }

            part = parsed;
            scope = "entity";
        }

        var target = resolution.Target;
        var variant = SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Path}?{scope}&{part}&{dups}"));
        if (GatewayEndpoints.TryAnswerUnchanged(
            context,
            $"W/\"{request.Path.Root}.car.{Convert.ToHexStringLower(variant.AsSpan(0, 8))}\"",
            "public, max-age=29030400, immutable"))
        {
            return;
        }

        // Asked for before the answer begins, so that what is not here is still a 404.
        var block = await source.ReadAsync(target, context.RequestAborted);
        var name = request.Path.Segments.Count == 0 ? $"{target}.car" : $"{request.Path.Root}_{request.Path.Segments[^1]}.car";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.AcceptRanges = "none";
        context.Response.Headers.ContentDisposition = GatewayEndpoints.Disposition(context, "attachment", name);
        context.Response.ContentType = $"application/vnd.ipld.car; version=1; order=dfs; dups={dups}";
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return;
        }

        if (GatewayEndpoints.ReadsTrailers(context))
        {
            context.Response.DeclareTrailer(GatewayEndpoints.StreamErrorTrailer);
        }

        var writer = new Writer(context, source, repeats: dups is "y", options.MaxRepeatedCarBytes);
        await context.Response.BodyWriter.WriteAsync(CarEncoder.Header([target]), context.RequestAborted);
        foreach (var passed in resolution.Passed)
        {
            await writer.TakeAsync(passed);
        }

        switch (scope)
        {
            case "block":
                await writer.WriteAsync(target, block);
                break;
            case "entity" when target.Codec is Multicodec.Raw or Multicodec.DagPb:
                await WriteEntityAsync(writer, UnixFsNode.Parse(target, block), part);
                break;
            default:
                await writer.TakeAllAsync(writer.WalkFrom(target));
                break;
        }
    }

    private static async Task WriteEntityAsync(Writer writer, UnixFsNode node, EntityBytes? part)
    {
        switch (node.Kind)
        {
            case UnixFsKind.File when part is { } bytes:
                await WritePartAsync(writer, node, bytes);
                break;
            case UnixFsKind.File:
                await writer.TakeAllAsync(writer.WalkFrom(node.Cid));
                break;
            case UnixFsKind.HamtShard:
                await writer.TakeAllAsync(new DirectoryListing(node.Cid));
                break;
            default:
                await writer.TakeAsync(node.Cid);
                break;
        }
    }

    private static async Task WritePartAsync(Writer writer, UnixFsNode node, EntityBytes part)
    {
        var cursor = new FileCursor(node.Cid);
        var (position, end) = part.Resolve(node.FileSize);
        do
        {
            cursor.Position = position;
            ReadOnlyMemory<byte> read;
            while (!cursor.TryRead(out read))
            {
                cursor.Supply(await writer.TakeAsync(cursor.Needed!.Value));
            }

            position += read.Length;
            if (read.IsEmpty)
            {
                return;
            }
        }
        while (position < end);
    }

    private sealed class Writer(HttpContext context, IBlockSource source, bool repeats, long maxRepeatedBytes)
    {
        private readonly HashSet<Cid> _written = [];
        private long _repeatedBytes;

        internal DagWalk WalkFrom(Cid root) => new(root, repeats);

        internal async Task TakeAllAsync(IDagWalk walk)
        {
            while (walk.Needed is { } cid)
            {
                walk.Supply(await TakeAsync(cid));
            }
        }

        internal async Task<ReadOnlyMemory<byte>> TakeAsync(Cid cid)
        {
            var block = await source.ReadAsync(cid, context.RequestAborted);
            await WriteAsync(cid, block);
            return block;
        }

        internal async Task WriteAsync(Cid cid, ReadOnlyMemory<byte> block)
        {
            if (cid.Hash.IsIdentity)
            {
                return;
            }

            if (!_written.Add(cid))
            {
                if (!repeats)
                {
                    return;
                }

                // Nine blocks can describe a terabyte of repeats.
                _repeatedBytes += block.Length;
                if (_repeatedBytes > maxRepeatedBytes)
                {
                    throw new PondException(
                        "car-too-large",
                        $"This CAR repeats more than {maxRepeatedBytes} bytes of blocks.",
                        "Ask for it with car-dups=n.");
                }
            }

            var body = context.Response.BodyWriter;
            await body.WriteAsync(CarEncoder.SectionPrefix(cid, block.Length), context.RequestAborted);
            await body.WriteAsync(block, context.RequestAborted);
        }
    }
}
