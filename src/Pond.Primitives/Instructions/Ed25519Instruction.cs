using System.Buffers.Binary;
using System.Collections.Immutable;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <summary>Calls of the Ed25519 precompile: signatures over any bytes, which a transaction can't run without.</summary>
/// <remarks>
/// The data is a count, a byte that nobody reads, and for each signature seven 16-bit numbers that say where signature, key and message
/// stand: an offset and the index of an instruction of the same transaction, where 65,535 is the instruction itself.
/// </remarks>
public static class Ed25519Instruction
{
    private const ushort ThisInstruction = ushort.MaxValue;
    private const int StartSizeBytes = 2;
    private const int EntrySizeBytes = 7 * sizeof(ushort);

    /// <summary>A call with one signature, laid out as clients do: key, signature, message.</summary>
    /// <exception cref="ArgumentException">The message is longer than 65,535 bytes.</exception>
    public static Instruction ToInstruction(Pubkey key, Signature signature, ReadOnlySpan<byte> message)
    {
        if (message.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"{message.Length} bytes are too many; at most {ushort.MaxValue} can be named.", nameof(message));
        }

        const ushort KeyOffset = StartSizeBytes + EntrySizeBytes;
        const ushort SignatureOffset = KeyOffset + Pubkey.SizeBytes;
        const ushort MessageOffset = SignatureOffset + Signature.SizeBytes;
        var data = new byte[MessageOffset + message.Length];
        data[0] = 1;
        ReadOnlySpan<ushort> entry =
            [SignatureOffset, ThisInstruction, KeyOffset, ThisInstruction, MessageOffset, (ushort)message.Length, ThisInstruction];
        for (var index = 0; index < entry.Length; index++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(StartSizeBytes + (index * sizeof(ushort))), entry[index]);
        }

        key.CopyTo(data.AsSpan(KeyOffset));
        signature.CopyTo(data.AsSpan(SignatureOffset));
        message.CopyTo(data.AsSpan(MessageOffset));
        return new Instruction(ProgramIds.Ed25519, [], [.. data]);
    }

    /// <summary>Checks all signatures of one instruction.</summary>
    /// <param name="message">The message that the instruction belongs to.</param>
    /// <param name="data">The instruction's data.</param>
    /// <returns>What is wrong; null if all hold.</returns>
    public static Ed25519Error? FindError(Message message, ImmutableArray<byte> data)
    {
        if (data.Length < StartSizeBytes || (data[0] == 0 && data.Length > StartSizeBytes)
            || data.Length < StartSizeBytes + (data[0] * EntrySizeBytes))
        {
            return Ed25519Error.InvalidInstructionDataSize;
        }

        for (var index = 0; index < data[0]; index++)
        {
            if (FindError(message, data.AsSpan(), data.AsSpan(StartSizeBytes + (index * EntrySizeBytes), EntrySizeBytes)) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static Ed25519Error? FindError(Message message, ReadOnlySpan<byte> data, ReadOnlySpan<byte> entry)
    {
        var (signatureOffset, signatureIndex) = (Number(entry, 0), Number(entry, 1));
        var (keyOffset, keyIndex) = (Number(entry, 2), Number(entry, 3));
        var (messageOffset, messageSize, messageIndex) = (Number(entry, 4), Number(entry, 5), Number(entry, 6));
        if (!TryTake(message, data, signatureIndex, signatureOffset, Signature.SizeBytes, out var signature)
            || !TryTake(message, data, keyIndex, keyOffset, Pubkey.SizeBytes, out var key))
        {
            return Ed25519Error.InvalidDataOffsets;
        }

        if (!Ed25519.IsOnCurve(new Pubkey(key)))
        {
            return Ed25519Error.InvalidPublicKey;
        }

        if (!TryTake(message, data, messageIndex, messageOffset, messageSize, out var signed))
        {
            return Ed25519Error.InvalidDataOffsets;
        }

        return Ed25519.Verify(new Pubkey(key), signed, new Signature(signature)) ? null : Ed25519Error.InvalidSignature;
    }

    private static ushort Number(ReadOnlySpan<byte> entry, int index) =>
        BinaryPrimitives.ReadUInt16LittleEndian(entry[(index * sizeof(ushort))..]);

    private static bool TryTake(
        Message message, ReadOnlySpan<byte> own, ushort instruction, int offset, int size, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (instruction != ThisInstruction && instruction >= message.Instructions.Length)
        {
            return false;
        }

        var source = instruction == ThisInstruction ? own : message.Instructions[instruction].Data.AsSpan();
        if (offset + size > source.Length)
        {
            return false;
        }

        bytes = source.Slice(offset, size);
        return true;
    }
}

/// <summary>Why the Ed25519 precompile refuses an instruction. The numbers are the custom error codes of K2.</summary>
public enum Ed25519Error
{
    /// <summary>The key is no point of the curve.</summary>
    InvalidPublicKey = 0,

    /// <summary>The signature does not hold.</summary>
    InvalidSignature = 2,

    /// <summary>Something is said to be where there is nothing.</summary>
    InvalidDataOffsets = 3,

    /// <summary>The data is too short for its entries, or has none.</summary>
    InvalidInstructionDataSize = 4,
}
