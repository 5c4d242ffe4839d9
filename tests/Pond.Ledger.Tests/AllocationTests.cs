using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests;

/// <summary>
/// What a system transfer leaves for the garbage collector, in bytes. Who makes it less writes the new number into the table; who makes it more
/// has to say why.
/// </summary>
public sealed class AllocationTests
{
    private const int Transfers = 2_000;

    // How a build is optimized changes a little.
    private const double Tolerance = 0.08;

    [Theory]
    [InlineData("read from the wire", 856)]
    [InlineData("executed", 2278)]
    [InlineData("sealed", 125)]
    public void A_transfer_allocates_what_the_table_says(string step, int bytes)
    {
        // Once for the code and the tables that are made at first use.
        _ = Measure();
        var measured = Measure()[step];
        Assert.True(
            measured <= bytes * (1 + Tolerance), $"A transfer {step} allocates {measured:0} bytes; the table allows {bytes}.");
        Assert.True(
            measured >= bytes * (1 - (2 * Tolerance)), $"A transfer {step} allocates {measured:0} bytes; write that into the table in place of {bytes}.");
    }

    private static Dictionary<string, double> Measure()
    {
        var keys = Enumerable.Range(0, 100).Select(index => TestLedger.Key($"payer {index}")).ToArray();
        var bank = new Bank(TestLedger.NewGenesis() with
        {
            Balances = keys.ToImmutableSortedDictionary(key => key.PublicKey, _ => Lamports.FromKoii(10)),
        });
        var wire = Enumerable.Range(0, Transfers).Select(index => Transfer(bank, keys, index)).ToArray();
        var read = new Transaction[wire.Length];

        var perTransfer = new Dictionary<string, double>(StringComparer.Ordinal);
        perTransfer["read from the wire"] = AllocatedBy(() =>
        {
            for (var index = 0; index < wire.Length; index++)
            {
                Assert.True(Transaction.TryRead(wire[index], out read[index]!, out _));
            }
        });
        perTransfer["executed"] = AllocatedBy(() =>
        {
            foreach (var transaction in read)
            {
                if (!bank.Process(transaction).IsSuccess)
                {
                    Assert.Fail("A transfer failed.");
                }
            }
        });
        perTransfer["sealed"] = AllocatedBy(() => bank.Seal(proof: null, [.. new byte[64]], bank.Slot + 1));
        return perTransfer;
    }

    private static double AllocatedBy(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Transfers;
    }

    private static byte[] Transfer(Bank bank, Keypair[] keys, int index)
    {
        var (from, to) = (keys[index % keys.Length], keys[(index + 1) % keys.Length]);
        return Transaction.Sign(
            from,
            bank.LatestBlock.Hash,
            [new SystemInstruction.Transfer(new Lamports((ulong)index + 1)).ToInstruction(from.PublicKey, to.PublicKey)]).Serialize();
    }
}
