using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;

namespace Pond.Sdk.Stamps;

/// <summary>A question, its answer, the answering node's stamp and the asking node's receipt: all that an auditor needs.</summary>
public sealed record StampedExchange
{
    /// <summary>The most that a text of one may have, in bytes; an answer has at most a quarter of it.</summary>
    public const int MaxJsonBytes = 4 << 20;

    /// <summary>Who was asked: a staking key of the same task.</summary>
    public required Pubkey Server { get; init; }

    /// <summary>What was asked.</summary>
    public required StampedRequest Request { get; init; }

    /// <summary>The answer's status.</summary>
    public required int Status { get; init; }

    /// <summary>The answer's body.</summary>
    public required byte[] Body { get; init; }

    /// <summary>When it was answered, in the words of who answered.</summary>
    public required SlotStamp Stamp { get; init; }

    /// <summary>When the answer had come, in the words of who asked: an upper bound.</summary>
    public required SlotStamp Receipt { get; init; }

    /// <summary>The exchange as compact JSON, to be submitted or stored.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PondJson.Options);

    /// <summary>Reads an exchange that may come from a stranger; false if it is none. That it holds is for <see cref="TaskStamps.VerifyAsync"/> to say.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out StampedExchange? exchange)
    {
        exchange = null;
        if (json.Length > MaxJsonBytes)
        {
            return false;
        }

        try
        {
            exchange = JsonSerializer.Deserialize<StampedExchange>(json, PondJson.Options);
        }
        catch (JsonException)
        {
            return false;
        }

        if (exchange is { Request: { Method: not null, Target: not null, Body: not null, Nonce: not null }, Body: not null, Stamp: not null, Receipt: not null })
        {
            return true;
        }

        exchange = null;
        return false;
    }
}
