using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Pond.Ledger;
using Pond.Ledger.Snapshots;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Cli.Bench;

/// <summary>What many accounts take of memory, and how long a ledger takes to begin from a snapshot of them.</summary>
internal static class LedgerMemoryBench
{
    private const double MaxBytesPerAccount = 400;
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(3);

    internal static IEnumerable<BenchRow> Run(int accounts, TimeProvider time, Action<string> onStep)
    {
        onStep($"{accounts} accounts");
        var genesis = GenesisOf(accounts);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var bank = new Bank(genesis);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)accounts;
        var path = Path.GetTempFileName();
        try
        {
            using (var output = File.Create(path))
            {
                bank.Capture().Write(output, genesis);
            }

            // A ledger that starts has its genesis with few accounts; here they stand in it, which only costs it more.
            var start = time.GetTimestamp();
            using var input = File.OpenRead(path);
            var snapshot = BankSnapshot.Read(input, genesis);
            var read = time.GetElapsedTime(start);
            var restored = Bank.Restore(genesis, snapshot);
            var elapsed = time.GetElapsedTime(start);
            if (restored.LatestBlock.Hash != bank.LatestBlock.Hash)
            {
                throw new InvalidDataException("The ledger that came back is another one.");
            }

            return
            [
                new BenchRow(
                    string.Create(CultureInfo.InvariantCulture, $"memory of each of {accounts:#,0} accounts"),
                    string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B"),
                    "-",
                    string.Create(CultureInfo.InvariantCulture, $"<= {MaxBytesPerAccount:0} B"),
                    bytes <= MaxBytesPerAccount),
                new BenchRow(
                    "start from a snapshot of them",
                    string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.00} s"),
                    string.Create(CultureInfo.InvariantCulture, $"{read.TotalSeconds:0.00} s reading"),
                    string.Create(CultureInfo.InvariantCulture, $"< {LongestStart.TotalSeconds:0} s"),
                    elapsed < LongestStart),
            ];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Genesis GenesisOf(int accounts)
    {
        var balances = ImmutableSortedDictionary.CreateBuilder<Pubkey, Lamports>();
        var key = new byte[Pubkey.SizeBytes];
        for (var index = 0; index < accounts; index++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key, index + 1);
            balances.Add(new Pubkey(System.Security.Cryptography.SHA256.HashData(key)), Lamports.FromKoii(1));
        }

        return new Genesis
        {
            ClusterName = "bench",
            Producer = Keypair.FromSeed(new byte[Keypair.SeedSizeBytes]).PublicKey,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Balances = balances.ToImmutable(),
            Rules = LedgerRules.Pond1,
            SlotDuration = TimeSpan.FromMilliseconds(400),
            IsLocal = true,
        };
    }
}
