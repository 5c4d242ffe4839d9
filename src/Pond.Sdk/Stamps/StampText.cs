using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;

namespace Pond.Sdk.Stamps;

/// <summary>The bytes that stamps and receipts sign. Each part is as long as it says, so no two meanings share their bytes.</summary>
internal static class StampText
{
    /// <summary>The request headers; the answer has <see cref="StampHeader"/>.</summary>
    internal const string NonceHeader = "Pond-Nonce";

    internal const string AskerHeader = "Pond-Asker";

    internal const string SlotHeader = "Pond-Slot";

    internal const string StampHeader = "Pond-Stamp";

    /// <summary>What is hashed of a question: method, target, asker, slot, nonce, body.</summary>
    internal static byte[] HashOf(StampedRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "pond stamp request\0"u8);
        Append(hash, Encoding.UTF8.GetBytes(request.Method));
        Append(hash, Encoding.UTF8.GetBytes(request.Target));
        Append(hash, request.Asker.Bytes.ToArray());
        Append(hash, request.Slot.Value);
        Append(hash, request.Nonce);
        Append(hash, request.Body);
        return hash.GetHashAndReset();
    }

    /// <summary>What the answering node signs: H(request), H(answer), slot, block hash.</summary>
    internal static byte[] StampBytes(StampedRequest request, int status, ReadOnlySpan<byte> body, BlockReference block)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "pond stamp answer\0"u8);
        Append(hash, (ulong)status);
        Append(hash, body);
        return [.. "pond slot stamp\0"u8, .. HashOf(request), .. hash.GetHashAndReset(), .. BytesOf(block)];
    }

    /// <summary>What the asking node signs: H(what the stamp signs, and its signature), slot, block hash.</summary>
    internal static byte[] ReceiptBytes(ReadOnlySpan<byte> stampBytes, Signature signature, BlockReference block)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, stampBytes);
        Append(hash, Encoding.ASCII.GetBytes(signature.ToString()));
        return [.. "pond stamp receipt\0"u8, .. hash.GetHashAndReset(), .. BytesOf(block)];
    }

    private static byte[] BytesOf(BlockReference block)
    {
        var bytes = new byte[sizeof(ulong) + Hash.SizeBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, block.Slot.Value);
        block.Hash.CopyTo(bytes.AsSpan(sizeof(ulong)));
        return bytes;
    }

    private static void Append(IncrementalHash hash, ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        Append(hash, bytes);
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
