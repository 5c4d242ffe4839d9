using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Encoding;

namespace Pond.Primitives.Transactions;

/// <summary>A message with its signatures, in the wire format of K2 and Solana.</summary>
/// <param name="Signatures">One for each of the message's signers, in their order.</param>
/// <param name="Message">What is signed.</param>
public sealed record Transaction(ImmutableArray<Signature> Signatures, Message Message)
{
    /// <summary>The longest transaction, signatures included: what fits into one IPv6 packet.</summary>
    public const int MaxSizeBytes = 1232;

    /// <summary>The transaction's id: the fee payer's signature.</summary>
    public Signature Id => Signatures[0];

    /// <summary>Compiles and signs a transaction.</summary>
    /// <param name="feePayer">Signs first and pays.</param>
    /// <param name="recentBlockhash">A hash that the ledger still knows.</param>
    /// <param name="instructions">The calls, run in order.</param>
    /// <param name="otherSigners">The other keys that the instructions need; keys that they don't need are ignored.</param>
    /// <exception cref="ArgumentException">A key is missing, or the transaction is too long.</exception>
    public static Transaction Sign(
        Keypair feePayer, Hash recentBlockhash, IReadOnlyCollection<Instruction> instructions, params Keypair[] otherSigners)
    {
        var message = Message.Compile(feePayer.PublicKey, recentBlockhash, instructions);
        return Sign(message, [feePayer, .. otherSigners]);
    }

    /// <summary>Signs a compiled message.</summary>
    /// <param name="message">The message, of any version.</param>
    /// <param name="signers">The keys that it needs, in any order; keys that it doesn't need are ignored.</param>
    /// <exception cref="ArgumentException">A key is missing, or the transaction is too long.</exception>
    public static Transaction Sign(Message message, params Keypair[] signers)
    {
        var bytes = message.Serialize();
        var signatures = message.Keys.Take(message.SignerCount).Select(key =>
            (Array.Find(signers, signer => signer.PublicKey == key)
                ?? throw new ArgumentException($"No keypair given for the signer {key}.", nameof(signers)))
            .Sign(bytes)).ToImmutableArray();

        var size = CompactU16.SizeOf(signatures.Length) + (signatures.Length * Signature.SizeBytes) + bytes.Length;
        return size <= MaxSizeBytes
            ? new Transaction(signatures, message)
            : throw new ArgumentException(
                $"The transaction is {size} bytes; at most {MaxSizeBytes} fit. Split its instructions.", nameof(message));
    }

    /// <summary>The bytes on the wire.</summary>
    public byte[] Serialize()
    {
        Span<byte> prefix = stackalloc byte[CompactU16.MaxSizeBytes];
        var prefixSize = CompactU16.Write(prefix, Signatures.Length);
        var message = Message.AsSpan();
        var bytes = new byte[prefixSize + (Signatures.Length * Signature.SizeBytes) + message.Length];
        prefix[..prefixSize].CopyTo(bytes);
        for (var index = 0; index < Signatures.Length; index++)
        {
            Signatures[index].CopyTo(bytes.AsSpan(prefixSize + (index * Signature.SizeBytes)));
        }

        message.CopyTo(bytes.AsSpan(bytes.Length - message.Length));
        return bytes;
    }

    /// <summary>Reads a transaction. Bytes after it are ignored, as K2 does; signatures are not checked.</summary>
    /// <param name="source">The bytes from the wire.</param>
    /// <param name="transaction">The transaction, when there is one.</param>
    /// <param name="error">What is wrong with the bytes, in words that an RPC answer can carry.</param>
    public static bool TryRead(ReadOnlySpan<byte> source, [NotNullWhen(true)] out Transaction? transaction, out string error)
    {
        transaction = null;
        var reader = new WireReader(source);
        if (source.Length > MaxSizeBytes)
        {
            error = $"decoded solana_sdk::transaction::versioned::VersionedTransaction too large: {source.Length} bytes (max: {MaxSizeBytes} bytes)";
            return false;
        }

        if (!reader.TryTakeLength(out var count) || !reader.TryTake(count * Signature.SizeBytes, out var signatureBytes))
        {
            error = "io error: unexpected end of file";
            return false;
        }

        if (!Message.TryRead(source[reader.Position..], out var message, out error))
        {
            return false;
        }

        if (message.SignerCount != count)
        {
            error = "invalid transaction: Transaction failed to sanitize accounts offsets correctly";
            return false;
        }

        var signatures = ImmutableArray.CreateBuilder<Signature>(count);
        for (var index = 0; index < count; index++)
        {
            signatures.Add(new Signature(signatureBytes.Slice(index * Signature.SizeBytes, Signature.SizeBytes)));
        }

        transaction = new Transaction(signatures.MoveToImmutable(), message);
        return true;
    }

    /// <summary>Whether every signer's signature holds.</summary>
    public bool VerifySignatures() => VerifySignatures(skippedSigners: 0);

    /// <summary>Whether the signatures hold, but for some that are not looked at.</summary>
    /// <param name="skippedSigners">Bit N stands for signer N.</param>
    public bool VerifySignatures(uint skippedSigners)
    {
        var bytes = Message.AsSpan();
        for (var index = 0; index < Signatures.Length; index++)
        {
            var isSkipped = index < 32 && (skippedSigners & (1U << index)) != 0;
            if (!isSkipped && !Ed25519.Verify(Message.Keys[index], bytes, Signatures[index]))
            {
                return false;
            }
        }

        return true;
    }
}
