using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Server.Ledger.Storage;
using Pond.Server.LocalNetworks;
using Pond.Server.Tests.Content;
using Pond.Testing;

namespace Pond.Server.Tests;

public sealed class LocalNetworkFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_folder_becomes_a_local_network_with_a_faucet_and_ten_accounts_that_everybody_knows()
    {
        var made = Open(TimeSpan.FromMilliseconds(50));
        var read = Open();

        Assert.True(read.Genesis.IsLocal);
        Assert.Equal(TimeSpan.FromMilliseconds(50), read.Genesis.SlotDuration);
        Assert.Equal(made.Genesis.ComputeHash(), read.Genesis.ComputeHash());
        Assert.Equal(made.Producer.PublicKey, read.Producer.PublicKey);
        Assert.Equal(10, read.Accounts.Length);
        Assert.All(read.Accounts, key => Assert.Equal(Lamports.FromKoii(10_000), read.Genesis.Balances[key.PublicKey]));
        Assert.True(read.Genesis.Balances.ContainsKey(read.Faucet!.PublicKey));
        // The seed is the SHA-256 of "pond local account 0".
        var seed = System.Security.Cryptography.SHA256.HashData("pond local account 0"u8);
        Assert.Equal(Keypair.FromSeed(seed).PublicKey, read.Accounts[0].PublicKey);
        Assert.Equal(read.Accounts[0].PublicKey, Keypair.ParseKeyFile(File.ReadAllText(_folder.At("keys", "account-0.json"))).PublicKey);
    }

    [Fact]
    public void The_slots_of_a_network_stay_as_long_as_they_were()
    {
        _ = Open(TimeSpan.FromMilliseconds(50));

        Assert.Equal("genesis-fixed", Assert.Throws<PondException>(() => Open(TimeSpan.FromMilliseconds(60))).Code);
    }

    [Fact]
    public void A_changed_byte_of_the_genesis_or_of_a_key_is_found_and_the_file_is_named()
    {
        _ = Open();
        var random = DeterministicRandom.ForStream(1, "flips");
        foreach (var path in Directory.EnumerateFiles(_folder.Root, "*.json", SearchOption.AllDirectories).ToList())
        {
            var bytes = File.ReadAllBytes(path);
            for (var flip = 0; flip < 50; flip++)
            {
                var changed = (byte[])bytes.Clone();
                changed[random.NextBelow(changed.Length)] ^= (byte)(1 << random.NextBelow(8));
                File.WriteAllBytes(path, changed);

                var failure = Assert.Throws<PondException>(() => Open());
                Assert.Contains(Path.GetFileName(path), failure.Message, StringComparison.Ordinal);
            }

            File.WriteAllBytes(path, bytes);
        }
    }

    [Fact]
    public void Every_field_of_a_genesis_is_in_its_file()
    {
        var genesis = new Genesis
        {
            ClusterName = "every field \u00e9",
            Producer = Key(1),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Key(2), Lamports.FromKoii(1)),
            Rules = LedgerRules.Pond1,
            SlashSharePercent = 71,
            AuditPayPercent = 6,
            BeaconDelaySlots = 2,
            SlotDuration = TimeSpan.FromMilliseconds(123),
            IsLocal = true,
            TaskManagers = [Key(3)],
            Accounts = ImmutableSortedDictionary<Pubkey, Account>.Empty.Add(Key(4), new(Lamports.FromKoii(2), Key(5), [1, 2], IsExecutable: false)),
            Tasks =
            [
                new GenesisTask
                {
                    Address = Key(6),
                    StakePot = Key(7),
                    Manager = Key(8),
                    SpaceBytes = 5_000,
                    IsActive = false,
                    IsAllowlisted = false,
                    Settings = new TaskInstruction.CreateTask
                    {
                        Name = "n",
                        Description = "d",
                        Executable = "e",
                        ExecutableNetwork = "x",
                        TotalBounty = new(1),
                        BountyPerRound = new(2),
                        RoundTime = 3,
                        AuditWindow = 4,
                        SubmissionWindow = 5,
                        MinimumStake = new(6),
                        Metadata = "m",
                        Variables = "v",
                        AllowedFailedDistributions = 7,
                    },
                },
            ],
        };
        var path = _folder.At("genesis.json");
        File.WriteAllText(path, GenesisFile.ToText(genesis));

        var read = GenesisFile.Read(path);

        // A field that is added later must differ from its default above, or this says nothing of it.
        foreach (var property in typeof(Genesis).GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public))
        {
            Assert.Equal(property.GetValue(genesis)!.ToString(), property.GetValue(read)!.ToString());
        }

        Assert.Equal<byte[]>([1, 2], [.. read.Accounts[Key(4)].Data]);
        Assert.Equal(genesis.Tasks[0], read.Tasks[0]);
        Assert.Equal(genesis.ComputeHash(), read.ComputeHash());
        Assert.NotEqual(genesis.ComputeHash(), (genesis with { Tasks = [] }).ComputeHash());
        Assert.NotEqual(genesis.ComputeHash(), (genesis with { Accounts = genesis.Accounts.Clear() }).ComputeHash());
    }

    [Fact]
    public void A_ledgers_data_without_its_genesis_is_not_taken_for_a_new_network()
    {
        Directory.CreateDirectory(_folder.At("journal"));
        File.WriteAllText(_folder.At("journal", "blocks-000000000001.journal"), "x");

        Assert.Equal("genesis-missing", Assert.Throws<PondException>(() => Open()).Code);
    }

    private static Pubkey Key(byte first) => new([first, .. new byte[31]]);

    private LocalNetworkFolder Open(TimeSpan? slotDuration = null) => LocalNetworkFolder.Open(_folder.Root, slotDuration, _time);
}
