using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Simulation.Ledger;

/// <summary>Makes the keys of a simulation, and checks what they sign.</summary>
internal sealed class Signing(ulong seed, bool isReal)
{
    private readonly Dictionary<Pubkey, SimulatedKey> _keys = [];

    /// <summary>Whether signatures are Ed25519's.</summary>
    internal bool IsReal => isReal;

    internal SimulatedKey KeyOf(string name)
    {
        var key = SimulatedKey.Of(seed, name, isReal);
        _keys[key.PublicKey] = key;
        return key;
    }

    internal static Transaction Sign(Message message, SimulatedKey payer, SimulatedKey other)
    {
        var bytes = message.AsSpan();
        return new Transaction(
            message.SignerCount == 1 ? [payer.Sign(bytes)] : [payer.Sign(bytes), other.Sign(bytes)],
            message);
    }

    internal bool Verify(Transaction transaction)
    {
        if (isReal)
        {
            return transaction.VerifySignatures();
        }

        for (var index = 0; index < transaction.Signatures.Length; index++)
        {
            if (!Verify(transaction.Message.Keys[index], transaction.Message.AsSpan(), transaction.Signatures[index]))
            {
                return false;
            }
        }

        return true;
    }

    internal bool Verify(Pubkey signer, ReadOnlySpan<byte> message, Signature signature) =>
        isReal ? Ed25519.Verify(signer, message, signature)
        : _keys.TryGetValue(signer, out var key) && key.Sign(message) == signature;
}
