using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Pond.Primitives;

namespace Pond.Sdk.Stamps;

/// <summary>What a node says about when it answered: in no earlier slot than this one, whose block's hash it knew.</summary>
/// <remarks>What it proves and what not: docs/protocol/stamps.md.</remarks>
/// <param name="Block">The newest confirmed block when the answer was made.</param>
/// <param name="Signature">The answering node's signature over the request, the answer and the block.</param>
public sealed record SlotStamp(BlockReference Block, Signature Signature)
{
    /// <summary>The headers' text: slot, block hash and signature with dots between them.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Block.Slot}.{Block.Hash}.{Signature}");

    /// <summary>Reads the headers' text; false if it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SlotStamp? stamp)
    {
        stamp = null;
        if (text?.Split('.') is [var slot, var hash, var signature]
            && ulong.TryParse(slot, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Hash.TryParse(hash, out var block)
            && Signature.TryParse(signature, out var signed))
        {
            stamp = new(new(new(number), block), signed);
        }

        return stamp is not null;
    }
}
