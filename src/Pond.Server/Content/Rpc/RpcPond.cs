using System.Globalization;
using Pond.Primitives;
using Pond.Store;
using Pond.Store.Cars;

namespace Pond.Server.Content.Rpc;

/// <summary>What Kubo's RPC has no call for: the command line works through these while another process serves the store.</summary>
internal static class RpcPond
{
    private const int ReadBytes = 256 * 1024;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    internal static Task StatAsync(RpcCall call) => call.AnswerAsync(new
    {
        call.Store.Folder,
        Blocks = call.Store.Blocks.Enumerate().LongCount(),
        BlockBytes = call.Store.Blocks.UsedBytes,
        Pins = call.Store.Pins.Count,
    });

    internal static Task PinsAsync(RpcCall call) => call.AnswerAsync(new { Pins = call.Store.Pins.Select(ViewOf) });

    internal static Task PinAsync(RpcCall call) =>
        call.AnswerAsync(ViewOf(call.Store.Pin(new Pin(call.Resolve(call.Argument), call.Text("name") ?? "")
        {
            Kind = call.Flag("direct") ? PinKind.Direct : PinKind.Recursive,
            ExpiresAt = ExpiryOf(call),
        })));

    internal static Task UnpinAsync(RpcCall call) =>
        call.AnswerAsync(new { Removed = call.Store.Unpin(call.Resolve(call.Argument), call.Text("name") ?? "") });

    internal static Task CollectAsync(RpcCall call)
    {
        var expired = call.Store.ReleaseExpired(call.TimeProvider.GetUtcNow());
        var swept = call.Store.CollectGarbage(call.CancellationToken);
        return call.AnswerAsync(new { ExpiredPins = expired.Count, swept.Count, swept.SizeBytes });
    }

    internal static async Task VerifyAsync(RpcCall call)
    {
        var repairs = call.Flag("repair");
        var checkedBytes = 0L;
        var verification = Task.Run(
            () => call.Store.Verify(repairs, bytes => Interlocked.Add(ref checkedBytes, bytes), call.CancellationToken), CancellationToken.None);
        try
        {
            call.BeginLines();
            while (await Task.WhenAny(verification, Task.Delay(ProgressInterval, call.TimeProvider, call.CancellationToken)) != verification)
            {
                await call.WriteLineAsync(new { CheckedBytes = Interlocked.Read(ref checkedBytes) });
            }
        }
        finally
        {
            // Nothing reads the store any more when this call has ended.
            await verification.ContinueWith(
                static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        var found = await verification;
        await call.WriteLineAsync(new { found.Blocks, found.SizeBytes, found.Pins, found.Problems });
    }

    /// <summary>Takes a CAR file as it is, and pins what was asked for before a collection can take it: its roots, or the last block, nothing.</summary>
    internal static async Task ImportAsync(RpcCall call)
    {
        var pinned = call.Text("pin") ?? "roots";
        if (pinned is not ("roots" or "last" or "none"))
        {
            throw new RpcFailure($"invalid pin '{pinned}', must be one of {{roots, last, none}}", isOfClient: true);
        }

        using var writer = call.Store.BeginAdd("");
        var most = Math.Min(call.Number("max-bytes", call.Options.MaxImportBytes), call.Options.MaxImportBytes);
        var decoder = new CarDecoder();
        var buffer = new byte[ReadBytes];
        var count = 0;
        var bytes = 0L;
        Cid? last = null;
        int read;
        while ((read = await call.Context.Request.Body.ReadAsync(buffer, call.CancellationToken)) > 0)
        {
            decoder.Append(buffer.AsSpan(0, read));
            while (decoder.TryRead(out var block))
            {
                count++;
                bytes += block.Data.Length;
                last = block.Cid;
                if (bytes > most)
                {
                    throw new PondException(
                        "car-too-large", $"The CAR file has more than {most} bytes of blocks.", "Raise the limit if you trust its author.");
                }

                writer.Put(block);
            }
        }

        decoder.Complete();
        call.Store.Blocks.Flush();
        var roots = decoder.Roots!.Distinct().ToList();
        IEnumerable<Cid> kept = pinned switch { "roots" => roots, "last" when last is { } root => [root], _ => [] };
        foreach (var root in kept)
        {
            writer.Pin(new Pin(root, call.Text("name") ?? "") { ExpiresAt = ExpiryOf(call) });
        }

        await call.AnswerAsync(new { Roots = roots.Select(root => root.ToString()), BlockCount = count, BlockBytes = bytes });
    }

    private static DateTimeOffset? ExpiryOf(RpcCall call) =>
        call.Text("expires") is { } text
            ? DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw new RpcFailure($"invalid time \"{text}\" (for option \"-expires\")", isOfClient: true)
            : null;

    private static object ViewOf(Pin pin) => new
    {
        Cid = pin.Root.ToString(),
        pin.Name,
        IsDirect = pin.Kind == PinKind.Direct,
        pin.Owner,
        pin.ExpiresAt,
        pin.SizeBytes,
    };
}
