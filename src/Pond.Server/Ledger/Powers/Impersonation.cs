using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Server.Ledger.Powers;

/// <summary>Takes transactions of signers whose signatures are not looked at.</summary>
internal static class Impersonation
{
    /// <summary>Whether the signatures hold but for those of impersonated signers.</summary>
    /// <param name="impersonated">The signers.</param>
    /// <param name="transaction">
    /// The transaction; then with a signature of its own in each place that is not looked at, because the first one is its id, and two
    /// transactions must not have one id.
    /// </param>
    /// <param name="skippedSigners">The signers that were not looked at, as bits.</param>
    internal static bool TryComplete(ImmutableHashSet<Pubkey> impersonated, ref Transaction transaction, out uint skippedSigners)
    {
        skippedSigners = 0;
        if (impersonated.IsEmpty)
        {
            return false;
        }

        var message = transaction.Message.Serialize();
        var signatures = transaction.Signatures.ToBuilder();
        for (var index = 0; index < Math.Min(signatures.Count, 32); index++)
        {
            if (impersonated.Contains(transaction.Message.Keys[index]))
            {
                skippedSigners |= 1U << index;
                signatures[index] = new Signature(SHA512.HashData([.. "pond impersonated"u8, (byte)index, .. message]));
            }
        }

        transaction = transaction with { Signatures = signatures.ToImmutable() };
        return skippedSigners != 0 && transaction.VerifySignatures(skippedSigners);
    }
}
