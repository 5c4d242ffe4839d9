using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Testing;

namespace Pond.Primitives.Tests.Transactions;

public sealed class TransactionFuzzTests
{
    private static readonly Keypair Alice = Keypair.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly Keypair Bob = Keypair.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);

    [Fact]
    public void What_parses_is_written_as_it_was_read_and_nothing_changed_keeps_its_signature()
    {
        byte[][] seeds = [.. Messages().Select(message => Transaction.Sign(message, Alice, Bob).Serialize())];
        var parsed = 0;
        ByteFuzz.Run("transaction", seeds, (bytes, seed) =>
        {
            if (!Transaction.TryRead(bytes, out var transaction, out var error))
            {
                Assert.NotEmpty(error);
                return;
            }

            parsed++;
            var written = transaction.Serialize();
            Assert.Equal(bytes.AsSpan(0, written.Length).ToArray(), written);
            // Trailing bytes are ignored, so cut off they are no change.
            Assert.Equal(seeds.Any(original => original.AsSpan().SequenceEqual(written)), transaction.VerifySignatures());
        });

        // A fuzz that never gets past the first check would prove nothing.
        Assert.True(parsed > ByteFuzz.Count / 20, $"Only {parsed} of {ByteFuzz.Count} inputs parsed.");
    }

    private static IEnumerable<Message> Messages()
    {
        var blockhash = new Hash(Bob.PublicKey.Bytes);
        Instruction[] calls =
        [
            new SystemInstruction.Transfer(new(1)).ToInstruction(Alice.PublicKey, ProgramIds.Burn),
            new SystemInstruction.CreateAccountWithSeed(Bob.PublicKey, "seed", new(1), 2, ProgramIds.Task).ToInstruction(Alice.PublicKey),
            new(ProgramIds.Memo, [AccountMeta.ReadOnlySigner(Bob.PublicKey)], [.. new byte[130]]),
        ];
        yield return Message.Compile(Alice.PublicKey, blockhash, calls[..1]);
        yield return Message.Compile(Alice.PublicKey, blockhash, calls);
        yield return Message.CompileV0(Alice.PublicKey, blockhash, calls[1..]);
        yield return Message.CompileV0(
            Alice.PublicKey,
            blockhash,
            calls,
            new AddressTable(ProgramIds.DummyTask, [ProgramIds.Clock, ProgramIds.Burn]),
            new AddressTable(ProgramIds.DummyTaskPot, [ProgramIds.Rent, .. calls[1].Accounts.Select(account => account.Key)]));
    }
}
