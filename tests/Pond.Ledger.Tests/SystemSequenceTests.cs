using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Accounts;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Testing;

namespace Pond.Ledger.Tests;

/// <summary>Random lives of wallets, nonces and lookup tables: sensible calls and senseless ones, of both message versions.</summary>
public sealed class SystemSequenceTests
{
    private const int Sequences = 60;
    private const int Steps = 60;

    private static readonly ImmutableArray<Keypair> Wallets = [.. Enumerable.Range(0, 5).Select(index => TestLedger.Key($"wallet {index}"))];
    private static readonly ImmutableArray<Keypair> Nonces = [.. Enumerable.Range(0, 3).Select(index => TestLedger.Key($"nonce {index}"))];

    [Fact]
    public void No_sequence_creates_or_loses_a_lamport_and_all_of_it_happens_again_from_the_same_inputs()
    {
        var seen = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < Sequences; seed++)
        {
            try
            {
                var (hashes, blocks) = Play(seed, seen);
                Assert.Equal(hashes, Replay(blocks));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"The sequence with seed {seed} failed: {exception.Message}", exception);
            }
        }

        // The sequences must have gone through what they are meant to try.
        Assert.All(
            Enumerable.Range(0, 13).Select(kind => $"System {kind}").Concat(["table", "looked up", "nonce used", "nonce used by a failure"]),
            kind => Assert.True(seen.GetValueOrDefault(kind) > 0, $"'{kind}' never happened: {string.Join(", ", seen)}"));
    }

    [Fact]
    public void No_transaction_of_a_stranger_breaks_the_bank()
    {
        const int InputsPerLedger = 10_000;
        var sender = TestLedger.Faucet.PublicKey;
        var (ledger, table) = Start();
        var inputs = 0;
        byte[][] seeds =
        [
            .. Enumerable.Range(0, 40).Select(index => Compile(ledger, DeterministicRandom.ForStream((ulong)index, "seeds"), sender, table).Serialize()),
        ];
        var landed = 0;
        ByteFuzz.Run("bank", seeds, (bytes, seed) =>
        {
            // A ledger that strangers have had their way with takes little more, so there is a fresh one now and then.
            if (++inputs % InputsPerLedger == 0)
            {
                ledger.Bank.VerifyConservation();
                (ledger, _) = Start();
            }

            if (Message.TryRead(bytes, out var message, out var _))
            {
                var id = new Signature(System.Security.Cryptography.SHA512.HashData(bytes));
                landed += ledger.Bank.Process(new Transaction([.. Enumerable.Repeat(id, message.SignerCount)], message)).IsLanded ? 1 : 0;
                _ = ledger.Bank.GetFee(message);
            }
        });
        ledger.Bank.VerifyConservation();
        Assert.True(landed > ByteFuzz.Count / 50, $"Only {landed} of {ByteFuzz.Count} inputs landed.");

        static (TestLedger Ledger, Pubkey Table) Start()
        {
            var ledger = new TestLedger(isFast: true);
            var table = Table(ledger);
            ledger.Seal();
            return (ledger, table);
        }
    }

    private static (List<Hash> Hashes, List<Block> Blocks) Play(ulong seed, SortedDictionary<string, int> seen)
    {
        var random = DeterministicRandom.ForStream(seed, "system");
        var ledger = new TestLedger(isFast: true);
        var blocks = new List<Block>();
        var table = Table(ledger);
        foreach (var wallet in Wallets)
        {
            ledger.MustSend([new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(TestLedger.Faucet.PublicKey, wallet.PublicKey)]);
        }

        for (var step = 0; step < Steps; step++)
        {
            var payer = random.Chance(1, 3) ? TestLedger.Faucet : Wallets[random.NextBelow(Wallets.Length)];
            var message = Compile(ledger, random, payer.PublicKey, table);
            var isNonce = !ledger.Bank.IsBlockhashRecent(message.RecentBlockhash);
            var id = new Signature(System.Security.Cryptography.SHA512.HashData([.. message.Serialize(), (byte)step]));
            var result = ledger.Bank.Process(new Transaction([.. Enumerable.Repeat(id, message.SignerCount)], message));
            ledger.Bank.VerifyConservation();
            Note(seen, result, isNonce);
            if (random.Chance(1, 2))
            {
                ledger.Seal(ledger.Bank.Slot + 1 + random.NextBelow(2UL));
                blocks.Add(ledger.Bank.LatestBlock);
            }
        }

        ledger.Seal();
        blocks.Add(ledger.Bank.LatestBlock);
        return ([.. blocks.Select(block => block.Hash)], blocks);
    }

    private static List<Hash> Replay(List<Block> blocks)
    {
        var bank = new Bank(TestLedger.NewGenesis());
        var hashes = new List<Hash>();
        for (var index = 0; index < blocks.Count; index++)
        {
            foreach (var landed in blocks[index].Transactions)
            {
                var again = bank.Process(landed.Transaction);
                Assert.Equal((true, landed.Error), (again.IsLanded, again.Error));
                Assert.Equal(landed.Logs.AsEnumerable(), again.Logs, StringComparer.Ordinal);
                Assert.Equal(landed.PostBalances.AsEnumerable(), again.PostBalances);
            }

            var next = index + 1 < blocks.Count ? blocks[index + 1].Slot : bank.Slot + 1;
            hashes.Add(bank.Seal(proof: null, blocks[index].Beacon, next).Hash);
        }

        return hashes;
    }

    private static void Note(SortedDictionary<string, int> seen, TransactionResult result, bool isNonce)
    {
        void Count(string what) => seen[what] = seen.GetValueOrDefault(what) + 1;
        if (isNonce && result.IsLanded)
        {
            Count(result.IsSuccess ? "nonce used" : "nonce used by a failure");
        }

        if (!result.IsLanded)
        {
            return;
        }

        if (result.Loaded.Count > 0)
        {
            Count("looked up");
        }

        // An instruction was tried if those before it went well.
        var tried = result.Transaction.Message.Instructions.Take((result.Error?.Index ?? int.MaxValue - 1) + 1);
        foreach (var instruction in tried)
        {
            var program = result.Transaction.Message.Keys[instruction.ProgramIndex];
            Count(program == ProgramIds.AddressLookupTable ? "table" : $"System {(instruction.Data.IsEmpty ? -1 : instruction.Data[0])}");
        }
    }

    private static Message Compile(TestLedger ledger, DeterministicRandom random, Pubkey payer, Pubkey table)
    {
        var bank = ledger.Bank;
        var calls = Enumerable.Range(0, 1 + random.NextBelow(3)).Select(_ => Call(bank, random, payer, table)).ToList();
        var blockhash = bank.LatestBlock.Hash;
        var nonce = Nonces[random.NextBelow(Nonces.Length)].PublicKey;
        if (random.Chance(1, 3) && bank.GetAccount(nonce) is { } account && NonceState.TryParse(account.Data.AsSpan(), out var state) && state.IsInitialized)
        {
            blockhash = state.Nonce;
            calls.Insert(0, new SystemInstruction.AdvanceNonceAccount().ToInstruction(nonce, state.Authority));
        }

        return random.Chance(1, 2)
            ? Message.Compile(payer, blockhash, calls)
            : Message.CompileV0(payer, blockhash, calls, new AddressTable(table, [.. Wallets.Select(wallet => wallet.PublicKey)]));
    }

    private static Instruction Call(Bank bank, DeterministicRandom random, Pubkey payer, Pubkey table)
    {
        var wallet = Wallets[random.NextBelow(Wallets.Length)].PublicKey;
        var nonce = Nonces[random.NextBelow(Nonces.Length)].PublicKey;
        var lamports = new Lamports(random.NextBelow(4) switch
        {
            0 => 0,
            1 => Rent.MinimumFor(80).Value,
            2 => random.NextUInt64(),
            _ => random.NextBelow(100_000_000UL),
        });
        var space = random.Chance(1, 2) ? 80UL : random.NextBelow(200UL);
        const string Seed = "seed";
        return random.NextBelow(17) switch
        {
            0 => new SystemInstruction.CreateAccount(Rent.MinimumFor(80), 80, default).ToInstruction(payer, nonce),
            1 => new SystemInstruction.Assign(ProgramIds.Task).ToInstruction(random.Chance(1, 9) ? wallet : nonce),
            2 => new SystemInstruction.Transfer(lamports).ToInstruction(payer, wallet),
            3 => new SystemInstruction.CreateAccountWithSeed(wallet, Seed, lamports, space, default).ToInstruction(payer),
            4 => new SystemInstruction.AdvanceNonceAccount().ToInstruction(nonce, payer),
            5 => new SystemInstruction.WithdrawNonceAccount(lamports).ToInstruction(nonce, wallet, payer),
            6 or 13 => new SystemInstruction.InitializeNonceAccount(payer).ToInstruction(nonce),
            7 => new SystemInstruction.AuthorizeNonceAccount(wallet).ToInstruction(nonce, payer),
            8 => new SystemInstruction.Allocate(space).ToInstruction(nonce),
            9 => new SystemInstruction.AllocateWithSeed(wallet, Seed, space, default).ToInstruction(),
            10 => new SystemInstruction.AssignWithSeed(wallet, Seed, ProgramIds.Task).ToInstruction(),
            11 => new SystemInstruction.TransferWithSeed(lamports, Seed, default)
                .ToInstruction(ProgramAddress.WithSeed(wallet, Seed, default), wallet, payer),
            12 => new SystemInstruction.UpgradeNonceAccount().ToInstruction(nonce),
            14 => new AddressLookupTableInstruction.Extend([wallet]).ToInstruction(table, TestLedger.Faucet.PublicKey, payer),
            15 => new AddressLookupTableInstruction.Close().ToInstruction(table, TestLedger.Faucet.PublicKey, wallet),
            _ => new SystemInstruction.CreateAccount(Rent.MinimumFor(80), 80, default).ToInstruction(payer, nonce),
        };
    }

    private static Pubkey Table(TestLedger ledger)
    {
        var authority = TestLedger.Faucet.PublicKey;
        var (table, bump) = AddressLookupTableInstruction.FindAddress(authority, default);
        ledger.MustSend(
        [
            new AddressLookupTableInstruction.Create(default, bump).ToInstruction(authority, authority),
            new AddressLookupTableInstruction.Extend([.. Wallets.Select(wallet => wallet.PublicKey)]).ToInstruction(table, authority, authority),
        ]);
        return table;
    }
}
