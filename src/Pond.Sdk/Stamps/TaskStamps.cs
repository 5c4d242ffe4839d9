using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Headers;
using Pond.Primitives;
using Pond.Primitives.Encoding;

namespace Pond.Sdk.Stamps;

/// <summary>Asks peers for stamped answers, and verifies what came of it: on the node that asked, and on those that audit it.</summary>
public static class TaskStamps
{
    /// <summary>An answer that is longer than this is not stamped; 1 MiB.</summary>
    public const int MaxBodyBytes = 1 << 20;

    /// <summary>How many slots a node waits at most for its own view of the ledger to reach another's.</summary>
    internal const int MaxSlotsBehind = 8;

    /// <summary>Asks a peer, verifies its stamp, and signs the receipt.</summary>
    /// <param name="task">The task's context.</param>
    /// <param name="peer">The peer's staking key.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query, from the slash: <c>/status</c>.</param>
    /// <param name="body">The body; empty for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The exchange; whoever gets it can verify it.</returns>
    /// <exception cref="PondException">
    /// <c>peer-unreachable</c>: no answer came. <c>stamp-missing</c>: the answer has none, or is too long for one. <c>stamp-invalid</c>: it does not
    /// hold, and the message says why. None of them is worth an accusation: another node may have been answered.
    /// </exception>
    public static async Task<StampedExchange> AskAsync(
        this ITaskContext task,
        Pubkey peer,
        HttpMethod method,
        string target,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!target.StartsWith('/') || !Uri.TryCreate("http://peer" + target, UriKind.Absolute, out var address))
        {
            throw new ArgumentException($"'{target}' is no path with a query: it begins with a slash.", nameof(target));
        }

        var request = new StampedRequest
        {
            Method = method.Method,
            // As it travels, escapes included: this is what the peer will have seen.
            Target = address.PathAndQuery,
            Body = body.ToArray(),
            Asker = task.Identity.StakingKey,
            Slot = (await task.Clock.GetLatestBlockAsync(cancellationToken)).Slot,
            Nonce = NewNonce(task),
        };
        var (status, answer, stamp) = await SendAsync(task, peer, method, request, cancellationToken);
        var signed = StampText.StampBytes(request, status, answer, stamp.Block);
        if (!task.Signing.Verify(peer, signed, stamp.Signature))
        {
            throw Invalid(peer, $"its stamp is not its signature of this question and this answer ({StampStatus.StampForged})");
        }

        var now = await WaitForAsync(task, stamp.Block.Slot, cancellationToken)
            ?? throw Invalid(peer, $"its stamp names slot {stamp.Block.Slot}, which this node does not see ({StampStatus.BlockUnknown})");
        var receipt = await task.Signing.SignAsync(StampText.ReceiptBytes(signed, stamp.Signature, now), cancellationToken);
        var exchange = new StampedExchange
        {
            Server = peer,
            Request = request,
            Status = status,
            Body = answer,
            Stamp = stamp,
            Receipt = new(now, receipt),
        };
        var report = await task.VerifyAsync(exchange, StampWindow.Any, cancellationToken);
        return report.Status is StampStatus.Valid ? exchange : throw Invalid(peer, $"it does not hold ({report.Status})");
    }

    /// <summary>Verifies an exchange that may come from a stranger.</summary>
    /// <param name="task">The context of the task within which it happened; a signature for another task does not hold.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="window">When it must have happened.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<StampReport> VerifyAsync(
        this ITaskContext task, StampedExchange exchange, StampWindow window, CancellationToken cancellationToken)
    {
        var (asked, stamp, receipt) = (exchange.Request.Slot, exchange.Stamp, exchange.Receipt);
        var signed = StampText.StampBytes(exchange.Request, exchange.Status, exchange.Body, stamp.Block);
        if (exchange.Request.Nonce.Length != StampedRequest.NonceSizeBytes || !task.Signing.Verify(exchange.Server, signed, stamp.Signature))
        {
            return Failed(StampStatus.StampForged);
        }

        if (!task.Signing.Verify(exchange.Request.Asker, StampText.ReceiptBytes(signed, stamp.Signature, receipt.Block), receipt.Signature))
        {
            return Failed(StampStatus.ReceiptForged);
        }

        if (stamp.Block.Slot < asked || receipt.Block.Slot < stamp.Block.Slot)
        {
            return Failed(StampStatus.OutOfOrder);
        }

        if (asked < window.From || receipt.Block.Slot >= window.Until)
        {
            return Failed(StampStatus.OutsideWindow);
        }

        foreach (var block in (BlockReference[])[stamp.Block, receipt.Block])
        {
            switch (await task.Clock.GetBlockHashAsync(block.Slot, cancellationToken))
            {
                case null:
                    return Failed(StampStatus.BlockUnknown);
                case { } hash when hash != block.Hash:
                    return Failed(StampStatus.BlockWrong);
                default:
                    break;
            }
        }

        return new(StampStatus.Valid, stamp.Block.Slot - asked, receipt.Block.Slot - asked);
    }

    /// <summary>Verifies exchanges that one node has submitted together: a question that occurs twice counts once.</summary>
    /// <returns>A report for each, in the same order.</returns>
    /// <inheritdoc cref="VerifyAsync"/>
    public static async Task<IReadOnlyList<StampReport>> VerifyAllAsync(
        this ITaskContext task, IEnumerable<StampedExchange> exchanges, StampWindow window, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var reports = new List<StampReport>();
        foreach (var exchange in exchanges)
        {
            var report = await task.VerifyAsync(exchange, window, cancellationToken);
            var isNew = seen.Add($"{exchange.Request.Asker} {Convert.ToHexString(exchange.Request.Nonce)}");
            reports.Add(report.Status is StampStatus.Valid && !isNew ? Failed(StampStatus.Repeated) : report);
        }

        return reports;
    }

    /// <summary>The newest block, once its slot is at least that; null if it does not come within a few slots.</summary>
    internal static async Task<BlockReference?> WaitForAsync(ITaskContext task, Slot slot, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn <= MaxSlotsBehind; turn++)
        {
            var block = await task.Clock.GetLatestBlockAsync(cancellationToken);
            if (block.Slot >= slot)
            {
                return block;
            }

            if (slot - block.Slot > MaxSlotsBehind)
            {
                return null;
            }

            await Task.Delay(await task.Clock.GetAverageSlotTimeAsync(cancellationToken), task.Time, cancellationToken);
        }

        return null;
    }

    private static byte[] NewNonce(ITaskContext task)
    {
        var random = task.GetRandom("stamp");
        var nonce = new byte[StampedRequest.NonceSizeBytes];
        for (var offset = 0; offset < nonce.Length; offset += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(nonce.AsSpan(offset), random.NextUInt64());
        }

        return nonce;
    }

    private static async Task<(int Status, byte[] Body, SlotStamp Stamp)> SendAsync(
        ITaskContext task, Pubkey peer, HttpMethod method, StampedRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(method, new Uri(request.Target, UriKind.Relative));
        message.Headers.Add(StampText.NonceHeader, Base58.Encode(request.Nonce));
        message.Headers.Add(StampText.AskerHeader, request.Asker.ToString());
        message.Headers.Add(StampText.SlotHeader, request.Slot.Value.ToString(CultureInfo.InvariantCulture));
        if (request.Body.Length > 0)
        {
            message.Content = new ByteArrayContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        try
        {
            using var answer = await task.Peers.HttpFor(peer).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.Headers.TryGetValues(StampText.StampHeader, out var values) || !SlotStamp.TryParse(values.FirstOrDefault(), out var stamp))
            {
                throw new PondException(
                    "stamp-missing",
                    $"{peer} answers {method} {request.Target} with status {(int)answer.StatusCode} and no stamp.",
                    "Ask again; a peer that is still starting, or behind the ledger, gives none.",
                    isTransient: true);
            }

            await using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                body.Write(buffer, 0, count);
                if (body.Length > MaxBodyBytes)
                {
                    throw Invalid(peer, $"it has more than {MaxBodyBytes} bytes");
                }
            }

            return ((int)answer.StatusCode, body.ToArray(), stamp);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new PondException(
                "peer-unreachable",
                $"{peer} does not answer {method} {request.Target}: {exception.Message}",
                "Ask again later: it may be offline.",
                isTransient: true,
                exception);
        }
    }

    private static StampReport Failed(StampStatus status) => new(status, 0, 0);

    private static PondException Invalid(Pubkey peer, string reason) => new(
        "stamp-invalid", $"The stamped answer of {peer} can't be used: {reason}.", "Ask again, or ask another peer.", isTransient: true);
}
