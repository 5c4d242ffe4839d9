using System.Text;
using Pond.Primitives;
using Pond.Sdk;

namespace Pond_Task1;

/// <summary>A value under a key, signed by the node that took it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Slot">When it was taken: of two values of a key the newer one counts.</param>
/// <param name="Writer">Who took it.</param>
/// <param name="Signature">The writer's signature.</param>
public sealed record Record(string Key, string Value, Slot Slot, Pubkey Writer, Signature Signature)
{
    /// <summary>The longest key, in characters.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>The longest value, in characters.</summary>
    public const int MaxValueLength = 10_000;

    /// <summary>Takes a value and signs for it.</summary>
    public static async Task<Record> WriteAsync(ITaskContext task, string key, string value, CancellationToken cancellationToken)
    {
        var slot = await task.Clock.GetSlotAsync(cancellationToken);
        var signature = await task.Signing.SignAsync(BytesOf(key, value, slot), cancellationToken);
        return new(key, value, slot, task.Identity.StakingKey, signature);
    }

    /// <summary>Whether a key and a value may be one.</summary>
    public static bool Fits(string? key, string? value) =>
        key is { Length: > 0 and <= MaxKeyLength } && value is { Length: <= MaxValueLength };

    /// <summary>Whether the writer has signed it.</summary>
    public bool IsSigned(ITaskContext task) => Fits(Key, Value) && task.Signing.Verify(Writer, BytesOf(Key, Value, Slot), Signature);

    /// <summary>Whether it counts and not the other one; every node decides alike.</summary>
    public bool IsNewerThan(Record other) =>
        Slot != other.Slot ? Slot > other.Slot : string.CompareOrdinal(Signature.ToString(), other.Signature.ToString()) > 0;

    private static byte[] BytesOf(string key, string value, Slot slot) => Encoding.UTF8.GetBytes($"{key.Length} {key}{value.Length} {value}{slot}");
}
