using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests;

public sealed class BankTests
{
    private static readonly Keypair Alice = TestLedger.Key("alice");
    private static readonly Keypair Bob = TestLedger.Key("bob");

    private readonly TestLedger _ledger = new();

    private Bank Bank => _ledger.Bank;

    [Fact]
    public void A_transfer_moves_lamports_and_burns_the_fee()
    {
        var before = Bank.TotalLamports;

        var result = Transfer(TestLedger.Faucet, Alice.PublicKey, Lamports.FromKoii(5));

        Assert.True(result.IsSuccess);
        Assert.Equal(5000UL, result.Fee.Value);
        Assert.Equal(Lamports.FromKoii(5), Balance(Alice));
        Assert.Equal(before - new Lamports(5000), Bank.TotalLamports);
        Assert.Equal(5000UL, Bank.FeesBurnt.Value);
        Assert.Equal(result.PreBalances[0] - Lamports.FromKoii(5) - result.Fee, result.PostBalances[0]);
        Assert.Equal(
            ["Program 11111111111111111111111111111111 invoke [1]", "Program 11111111111111111111111111111111 success"],
            result.Logs.ToArray());
        Bank.VerifyConservation();
    }

    [Fact]
    public void A_failed_transaction_pays_its_fee_and_changes_nothing_else()
    {
        _ = Transfer(TestLedger.Faucet, Alice.PublicKey, Lamports.FromKoii(1));
        var result = Bank.Process(Transaction.Sign(
            Alice,
            Bank.LatestBlock.Hash,
            [
                new SystemInstruction.Transfer(new(1_000_000)).ToInstruction(Alice.PublicKey, Bob.PublicKey),
                new SystemInstruction.Transfer(Lamports.FromKoii(9)).ToInstruction(Alice.PublicKey, Bob.PublicKey),
            ]));

        Assert.True(result.IsLanded);
        Assert.Equal(
            new TransactionError(TransactionErrorKind.InstructionError, 1, new(InstructionErrorKind.Custom, 1)), result.Error);
        Assert.Equal("Error processing Instruction 1: custom program error: 0x1", result.Error!.Message);
        Assert.Equal("Transfer: insufficient lamports 998995000, need 9000000000", result.Logs[3]);
        Assert.Null(Bank.GetAccount(Bob.PublicKey));
        Assert.Equal(Lamports.FromKoii(1) - new Lamports(5000), Balance(Alice));
        Assert.Equal(result.Error, Bank.GetStatus(result.Transaction.Id)!.Error);
        Bank.VerifyConservation();
    }

    [Fact]
    public void The_same_transaction_lands_once()
    {
        var transaction = SignTransfer(TestLedger.Faucet, Alice.PublicKey, Lamports.FromKoii(1));

        Assert.True(Bank.Process(transaction).IsSuccess);
        _ledger.Seal();
        var again = Bank.Process(transaction);

        Assert.False(again.IsLanded);
        Assert.Equal(TransactionErrorKind.AlreadyProcessed, again.Error!.Kind);
        Assert.Equal(Lamports.FromKoii(1), Balance(Alice));
    }

    [Fact]
    public void A_blockhash_lives_for_150_blocks()
    {
        var hash = Bank.LatestBlock.Hash;
        Assert.Equal(150UL, Bank.LastValidBlockHeight(hash));
        for (var count = 0; count < 149; count++)
        {
            _ledger.Seal(Bank.Slot + 3);
        }

        // Heights count blocks, not slots: the open block has number 150.
        var transaction = SignTransfer(TestLedger.Faucet, Alice.PublicKey, Lamports.FromKoii(1), hash);
        Assert.True(Bank.IsBlockhashRecent(hash));
        Assert.Null(Bank.Simulate(transaction, replaceBlockhash: false).Error);
        _ledger.Seal();
        Assert.False(Bank.IsBlockhashRecent(hash));
        var late = Bank.Process(transaction);

        Assert.False(late.IsLanded);
        Assert.Equal("Blockhash not found", late.Error!.Message);
        Assert.Null(Bank.GetStatus(transaction.Id));
        Assert.Null(Bank.Simulate(transaction, replaceBlockhash: true).Error);
    }

    [Fact]
    public void Who_pays_the_fee_must_be_a_wallet_that_can()
    {
        var poor = SignTransfer(Bob, Alice.PublicKey, Lamports.FromKoii(1));
        Assert.Equal(TransactionErrorKind.AccountNotFound, Bank.Process(poor).Error!.Kind);

        // The rent-exempt minimum plus one lamport: after the fee it would be below.
        _ = Transfer(TestLedger.Faucet, Bob.PublicKey, new(890_881));
        Assert.Equal(
            new TransactionError(TransactionErrorKind.InsufficientFundsForRent, 0),
            Bank.Process(SignTransfer(Bob, Alice.PublicKey, new(1))).Error);

        _ledger.CreateStakingWallet(Alice, Lamports.FromKoii(1));
        Assert.Equal(
            TransactionErrorKind.InvalidAccountForFee, Bank.Process(SignTransfer(Alice, Bob.PublicKey, new(1))).Error!.Kind);
    }

    [Fact]
    public void No_account_is_left_below_the_rent_exempt_minimum()
    {
        var below = Transfer(TestLedger.Faucet, Alice.PublicKey, new(890_879));
        Assert.Equal(new TransactionError(TransactionErrorKind.InsufficientFundsForRent, 1), below.Error);
        Assert.True(below.IsLanded);
        Assert.True(Transfer(TestLedger.Faucet, Alice.PublicKey, new(890_880)).IsSuccess);
    }

    [Fact]
    public void An_emptied_account_is_gone()
    {
        _ = Transfer(TestLedger.Faucet, Alice.PublicKey, new(1_000_000));
        Assert.True(Transfer(Alice, TestLedger.Faucet.PublicKey, new(995_000)).IsSuccess);

        Assert.Null(Bank.GetAccount(Alice.PublicKey));
    }

    [Fact]
    public void A_created_account_has_its_space_and_owner_and_cannot_be_created_twice()
    {
        _ledger.CreateStakingWallet(Alice, Lamports.FromKoii(1));
        var account = Bank.GetAccount(Alice.PublicKey)!;
        Assert.Equal((100, ProgramIds.Task), (account.Data.Length, account.Owner));

        var again = _ledger.Send(
            [new SystemInstruction.CreateAccount(Lamports.FromKoii(1), 0, default).ToInstruction(TestLedger.Faucet.PublicKey, Alice.PublicKey)],
            Alice);

        Assert.Equal(new InstructionError(InstructionErrorKind.Custom, 0), again.Error!.Instruction);
        Assert.Equal($"Create Account: account Address {{ address: {Alice.PublicKey}, base: None }} already in use", again.Logs[1]);
    }

    [Fact]
    public void Only_the_owner_can_spend_from_an_account()
    {
        _ledger.CreateStakingWallet(Alice, Lamports.FromKoii(1));
        var result = _ledger.Send(
            [new SystemInstruction.Transfer(new(1)).ToInstruction(Alice.PublicKey, TestLedger.Faucet.PublicKey)], Alice);

        Assert.Equal(InstructionErrorKind.InvalidArgument, result.Error!.Instruction!.Kind);
    }

    [Fact]
    public void A_sysvar_that_is_passed_as_writable_is_read_only_and_no_error()
    {
        var result = _ledger.Send(
            [new SystemInstruction.Transfer(new(1)).ToInstruction(TestLedger.Faucet.PublicKey, ProgramIds.Clock)]);
        Assert.Equal(InstructionErrorKind.ReadonlyLamportChange, result.Error!.Instruction!.Kind);

        var clock = new Instruction(ProgramIds.MemoV1, [AccountMeta.Writable(ProgramIds.Clock)], [.. "hello"u8]);
        Assert.True(_ledger.Send([clock]).IsSuccess);
    }

    [Fact]
    public void A_program_that_does_not_exist_keeps_the_transaction_out()
    {
        var result = _ledger.Send([new Instruction(Alice.PublicKey, [], [])]);

        Assert.False(result.IsLanded);
        Assert.Equal(TransactionErrorKind.ProgramAccountNotFound, result.Error!.Kind);
    }

    [Fact]
    public void A_simulation_says_what_would_happen_and_nothing_does()
    {
        var transaction = SignTransfer(TestLedger.Faucet, Alice.PublicKey, Lamports.FromKoii(2), default);
        var result = Bank.Simulate(transaction, replaceBlockhash: true);

        Assert.Null(result.Error);
        Assert.Equal(Bank.LatestBlock.Hash, result.ReplacementBlockhash);
        Assert.Equal(Lamports.FromKoii(2), result.Accounts[1]!.Lamports);
        Assert.Null(Bank.GetAccount(Alice.PublicKey));
        Assert.Equal(0UL, Bank.FeesBurnt.Value);
    }

    [Fact]
    public void A_priority_fee_is_what_price_and_limit_make()
    {
        var limit = new Instruction(ProgramIds.ComputeBudget, [], [2, 0xE0, 0x93, 0x04, 0]);
        var price = new Instruction(ProgramIds.ComputeBudget, [], [3, 7, 0, 0, 0, 0, 0, 0, 0]);

        // 300,000 units at 7 millionths of a lamport, rounded up: 2.1.
        Assert.Equal(5003UL, _ledger.MustSend([limit, price]).Fee.Value);
        Assert.Equal(
            new TransactionError(TransactionErrorKind.DuplicateInstruction, 1), _ledger.Send([limit, limit]).Error);
    }

    [Fact]
    public void Blocks_are_chained_and_carry_the_producers_beacon()
    {
        var first = Bank.LatestBlock;
        var input = Bank.BeaconInput;
        var proof = TestLedger.Producer.Prove(input.AsSpan());
        var block = Bank.Seal(proof, Bank.Slot + 4);

        Assert.Equal((first.Hash, first.Slot, 1UL), (block.ParentHash, block.ParentSlot, block.Height));
        Assert.Equal(new Slot(5), Bank.Slot);
        Assert.Equal(proof.ToOutput(), block.Beacon.ToArray());
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_400), block.Time);
    }

    [Fact]
    public void A_proof_of_another_key_or_for_another_slot_seals_nothing()
    {
        var slot = Bank.Slot;
        Assert.Throws<ArgumentException>(() => Bank.Seal(Alice.Prove(Bank.BeaconInput.AsSpan()), slot + 1));
        var proof = TestLedger.Producer.Prove(Bank.BeaconInput.AsSpan());
        Assert.Throws<ArgumentException>(() => Bank.Seal(proof, slot));
        _ = Bank.Seal(proof, slot + 1);
        Assert.Throws<ArgumentException>(() => Bank.Seal(proof, slot + 2));
        Assert.Equal(slot + 1, Bank.Slot);
    }

    [Fact]
    public void The_clock_shows_the_open_slot()
    {
        _ledger.GoTo(new(10));
        var clock = Bank.GetAccount(ProgramIds.Clock)!;

        Assert.Equal(40, clock.Data.Length);
        Assert.Equal(10UL, BitConverter.ToUInt64(clock.Data.AsSpan()));
        // Ten slots of 400 ms after the genesis.
        Assert.Equal(1_700_000_004L, BitConverter.ToInt64(clock.Data.AsSpan()[32..]));
    }

    [Fact]
    public void A_genesis_without_rules_is_refused_with_a_word_on_which_there_are() => Assert.Contains(
        "Pond1",
        Assert.Throws<ArgumentException>(() => new Bank(TestLedger.NewGenesis() with { Rules = LedgerRules.None })).Message,
        StringComparison.Ordinal);

    private TransactionResult Transfer(Keypair from, Pubkey to, Lamports amount) => Bank.Process(SignTransfer(from, to, amount));

    private Transaction SignTransfer(Keypair from, Pubkey to, Lamports amount, Hash? blockhash = null) => Transaction.Sign(
        from, blockhash ?? Bank.LatestBlock.Hash, [new SystemInstruction.Transfer(amount).ToInstruction(from.PublicKey, to)]);

    private Lamports Balance(Keypair key) => Bank.GetAccount(key.PublicKey)!.Lamports;
}
