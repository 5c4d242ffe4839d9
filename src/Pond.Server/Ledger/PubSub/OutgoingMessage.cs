using System.Buffers.Text;
using System.Text.Json;
using Pond.Contracts.Json;

namespace Pond.Server.Ledger.PubSub;

/// <summary>A message that waits to be sent: bytes of its own, or a notification's bytes that many share and an id.</summary>
/// <param name="Text">The message; for a notification all that stands before the id.</param>
/// <param name="SubscriptionId">The id that ends a notification; 0 for other messages.</param>
internal readonly record struct OutgoingMessage(ReadOnlyMemory<byte> Text, ulong SubscriptionId = 0)
{
    private const int MaxDigits = 20;

    private static ReadOnlySpan<byte> End => "}}"u8;

    /// <summary>At most how many bytes it is.</summary>
    internal int MaxSizeBytes => Text.Length + (SubscriptionId == 0 ? 0 : MaxDigits + End.Length);

    /// <summary>What all notifications of a topic with one content have in common.</summary>
    internal static ReadOnlyMemory<byte> Notification(string method, object? result)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(result, PondJson.Options);
        return (byte[])
        [
            .. "{\"jsonrpc\":\"2.0\",\"method\":\""u8, .. System.Text.Encoding.UTF8.GetBytes(method),
            .. "\",\"params\":{\"result\":"u8, .. json, .. ",\"subscription\":"u8,
        ];
    }

    /// <summary>Writes the whole message.</summary>
    /// <returns>How many bytes it is.</returns>
    internal int Write(Span<byte> destination)
    {
        Text.Span.CopyTo(destination);
        if (SubscriptionId == 0)
        {
            return Text.Length;
        }

        _ = Utf8Formatter.TryFormat(SubscriptionId, destination[Text.Length..], out var digits);
        End.CopyTo(destination[(Text.Length + digits)..]);
        return Text.Length + digits + End.Length;
    }
}
