using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Accounts;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Programs;

public sealed class NonceTests
{
    private static readonly Keypair Alice = TestLedger.Key("alice");
    private static readonly Keypair Authority = TestLedger.Key("authority");
    private static readonly Keypair Nonce = TestLedger.Key("nonce");
    private static readonly Pubkey Bob = TestLedger.Key("bob").PublicKey;
    private static readonly Lamports Minimum = new(1_447_680);

    private readonly TestLedger _ledger = new(isFast: true);

    public NonceTests()
    {
        _ledger.MustSend([new SystemInstruction.Transfer(Lamports.FromKoii(10)).ToInstruction(TestLedger.Faucet.PublicKey, Alice.PublicKey)]);
        CreateNonce(Minimum);
    }

    private Bank Bank => _ledger.Bank;

    [Fact]
    public void A_new_nonce_follows_from_the_newest_block()
    {
        var account = Bank.GetAccount(Nonce.PublicKey)!;

        Assert.Equal((80, Rent.MinimumFor(80)), (account.Data.Length, Minimum));
        Assert.Equal(
            new NonceState
            {
                IsInitialized = true,
                Authority = Authority.PublicKey,
                Nonce = NonceState.NonceOf(Bank.LatestBlock.Hash),
                FeePerSignature = new(5000),
            },
            State);
    }

    [Fact]
    public void A_nonce_transaction_outlives_its_blocks_and_lands_once()
    {
        var transaction = SignPayment(State.Nonce, new(1_000_000));
        for (var count = 0; count < 200; count++)
        {
            _ledger.Seal();
        }

        var result = Bank.Process(transaction);

        Assert.True(result.IsSuccess, result.Error?.Message);
        Assert.Equal(NonceState.NonceOf(Bank.LatestBlock.Hash), State.Nonce);
        Assert.Equal(TransactionErrorKind.BlockhashNotFound, Bank.Process(transaction).Error!.Kind);
        _ledger.Seal();
        Assert.Equal(TransactionErrorKind.BlockhashNotFound, Bank.Process(transaction).Error!.Kind);
        Bank.VerifyConservation();
    }

    [Fact]
    public void A_nonce_transaction_that_fails_uses_its_nonce_up_and_pays_its_fee()
    {
        var before = State.Nonce;
        var transaction = SignPayment(before, Lamports.FromKoii(1_000));
        _ledger.Seal();

        var result = Bank.Process(transaction);

        Assert.Equal(new(TransactionErrorKind.InstructionError, 1, new(InstructionErrorKind.Custom, 1)), result.Error);
        Assert.Equal(Lamports.FromKoii(10) - new Lamports(10_000), Bank.GetAccount(Alice.PublicKey)!.Lamports);
        Assert.Equal(NonceState.NonceOf(Bank.LatestBlock.Hash), State.Nonce);
        Assert.Null(Bank.GetAccount(Bob));
        _ledger.Seal();
        Assert.False(Bank.Process(transaction).IsLanded);
        Bank.VerifyConservation();
    }

    [Fact]
    public void A_nonce_of_this_slot_is_not_usable_before_the_next()
    {
        var transaction = SignPayment(State.Nonce, new(1_000_000));

        Assert.Equal(TransactionErrorKind.BlockhashNotFound, Bank.Process(transaction).Error!.Kind);
        _ledger.Seal();
        Assert.True(Bank.Process(transaction).IsSuccess);
    }

    [Fact]
    public void A_nonce_advances_once_in_a_slot()
    {
        var advance = new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, Authority.PublicKey);
        _ledger.Seal();

        var result = _ledger.Send([advance, advance], Authority);

        Assert.Equal(new(TransactionErrorKind.InstructionError, 1, new(InstructionErrorKind.Custom, 7)), result.Error);
        Assert.Equal("Advance nonce account: nonce can only advance once per slot", result.Logs[^2]);
    }

    [Theory]
    [InlineData("without a signature of the authority")]
    [InlineData("with the advance second")]
    [InlineData("with a nonce account that is only read")]
    [InlineData("with another nonce")]
    public void A_transaction_is_no_nonce_transaction(string how)
    {
        _ledger.Seal();
        var advance = new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, Authority.PublicKey);
        var pay = new SystemInstruction.Transfer(new(1_000_000)).ToInstruction(Alice.PublicKey, Bob);
        ImmutableArray<Instruction> instructions = how switch
        {
            "without a signature of the authority" =>
                [advance with { Accounts = advance.Accounts.SetItem(2, AccountMeta.ReadOnly(Authority.PublicKey)) }, pay],
            "with the advance second" => [pay, advance],
            "with a nonce account that is only read" =>
                [advance with { Accounts = advance.Accounts.SetItem(0, AccountMeta.ReadOnly(Nonce.PublicKey)) }, pay],
            _ => [advance, pay],
        };
        var nonce = how == "with another nonce" ? NonceState.NonceOf(default) : State.Nonce;

        var result = Bank.Process(Transaction.Sign(Alice, nonce, instructions, Authority));

        Assert.Equal(new(TransactionErrorKind.BlockhashNotFound), result.Error);
    }

    [Fact]
    public void A_nonce_account_can_pay_but_not_with_its_rent()
    {
        _ledger.Seal();
        var advance = new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, Authority.PublicKey);
        var transaction = Transaction.Sign(Nonce, State.Nonce, [advance], Authority);

        Assert.Equal(new(TransactionErrorKind.InsufficientFundsForFee), Bank.Process(transaction).Error);
        _ledger.MustSend([new SystemInstruction.Transfer(new(10_000)).ToInstruction(TestLedger.Faucet.PublicKey, Nonce.PublicKey)]);
        var result = Bank.Process(transaction);

        Assert.True(result.IsSuccess, result.Error?.Message);
        Assert.Equal(Minimum, Bank.GetAccount(Nonce.PublicKey)!.Lamports);
    }

    [Fact]
    public void A_nonce_account_that_pays_for_a_failure_pays_once()
    {
        _ledger.MustSend([new SystemInstruction.Transfer(new(10_000)).ToInstruction(TestLedger.Faucet.PublicKey, Nonce.PublicKey)]);
        _ledger.Seal();
        var advance = new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, Authority.PublicKey);
        var fails = new Instruction(ProgramIds.System, [], [99, 0, 0, 0]);

        var result = Bank.Process(Transaction.Sign(Nonce, State.Nonce, [advance, fails], Authority));

        Assert.True(result.IsLanded);
        Assert.Equal(Minimum, Bank.GetAccount(Nonce.PublicKey)!.Lamports);
        Assert.Equal(NonceState.NonceOf(Bank.LatestBlock.Hash), State.Nonce);
        Bank.VerifyConservation();
    }

    [Fact]
    public void What_is_above_the_rent_can_be_withdrawn_and_all_of_it_once_the_nonce_has_aged()
    {
        _ledger.MustSend([new SystemInstruction.Transfer(new(1_000_000)).ToInstruction(TestLedger.Faucet.PublicKey, Nonce.PublicKey)]);
        Instruction Withdraw(ulong lamports) =>
            new SystemInstruction.WithdrawNonceAccount(new(lamports)).ToInstruction(Nonce.PublicKey, Bob, Authority.PublicKey);

        Assert.Equal(
            "Withdraw nonce account: insufficient lamports 2447680, need 2447681",
            Fail(new(InstructionErrorKind.InsufficientFunds), Withdraw(1_000_001)));
        _ = Fail(new(InstructionErrorKind.InsufficientFunds), Withdraw(ulong.MaxValue));
        Assert.Equal(
            "Withdraw nonce account: nonce can only advance once per slot",
            Fail(new(InstructionErrorKind.Custom, 7), Withdraw(2_447_680)));
        _ledger.MustSend([Withdraw(1_000_000)], Authority);
        _ledger.Seal();
        _ledger.MustSend([Withdraw(1_447_680)], Authority);

        Assert.Null(Bank.GetAccount(Nonce.PublicKey));
        Assert.Equal(2_447_680UL, Bank.GetAccount(Bob)!.Lamports.Value);
        Bank.VerifyConservation();
    }

    [Fact]
    public void Only_the_authority_uses_a_nonce()
    {
        var stranger = TestLedger.Key("stranger");
        _ledger.Seal();

        Assert.Equal(
            $"Advance nonce account: Account {Authority.PublicKey} must be a signer",
            Fail(
                new(InstructionErrorKind.MissingRequiredSignature),
                new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, stranger.PublicKey),
                stranger));
        Assert.Equal(
            $"Withdraw nonce account: Account {Authority.PublicKey} must sign",
            Fail(
                new(InstructionErrorKind.MissingRequiredSignature),
                new SystemInstruction.WithdrawNonceAccount(Minimum).ToInstruction(Nonce.PublicKey, Bob, stranger.PublicKey),
                stranger));
        Assert.Equal(
            $"Authorize nonce account: Account {Authority.PublicKey} must sign",
            Fail(
                new(InstructionErrorKind.MissingRequiredSignature),
                new SystemInstruction.AuthorizeNonceAccount(stranger.PublicKey).ToInstruction(Nonce.PublicKey, stranger.PublicKey),
                stranger));
    }

    [Fact]
    public void An_authority_hands_the_nonce_on()
    {
        var before = State;
        _ledger.MustSend(
            [new SystemInstruction.AuthorizeNonceAccount(Alice.PublicKey).ToInstruction(Nonce.PublicKey, Authority.PublicKey)], Authority);

        Assert.Equal(before with { Authority = Alice.PublicKey }, State);
    }

    [Fact]
    public void A_nonce_account_is_initialized_once_with_room_and_rent()
    {
        Instruction Initialize(Pubkey account) => new SystemInstruction.InitializeNonceAccount(Alice.PublicKey).ToInstruction(account);
        var small = TestLedger.Key("small");
        _ledger.MustSend(
            [new SystemInstruction.CreateAccount(Rent.MinimumFor(79), 79, default).ToInstruction(TestLedger.Faucet.PublicKey, small.PublicKey)],
            small);

        Assert.Equal(
            $"Initialize nonce account: Account {Nonce.PublicKey} state is invalid",
            Fail(new(InstructionErrorKind.InvalidAccountData), Initialize(Nonce.PublicKey)));
        _ = Fail(new(InstructionErrorKind.AccountDataTooSmall), Initialize(small.PublicKey));
        _ = Fail(new(InstructionErrorKind.InvalidAccountData), Initialize(Alice.PublicKey));
    }

    [Fact]
    public void The_sysvars_must_stand_where_they_are_expected()
    {
        var advance = new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, Authority.PublicKey);

        _ = Fail(
            new(InstructionErrorKind.InvalidArgument),
            advance with { Accounts = advance.Accounts.SetItem(1, AccountMeta.ReadOnly(ProgramIds.Rent)) },
            Authority);
        _ = Fail(new(InstructionErrorKind.NotEnoughAccountKeys), advance with { Accounts = advance.Accounts[..1] });
    }

    [Fact]
    public void A_nonce_of_the_current_version_needs_no_upgrade() => _ = Fail(
        new(InstructionErrorKind.InvalidArgument), new SystemInstruction.UpgradeNonceAccount().ToInstruction(Nonce.PublicKey));

    [Fact]
    public void A_nonce_account_is_not_given_to_another_program() => _ = Fail(
        new(InstructionErrorKind.ModifiedProgramId), new SystemInstruction.Assign(ProgramIds.Task).ToInstruction(Nonce.PublicKey), Nonce);

    [Fact]
    public void A_fee_is_quoted_for_nonce_transactions_too()
    {
        var message = SignPayment(State.Nonce, new(1)).Message;

        Assert.Null(Bank.GetFee(message));
        _ledger.Seal();
        Assert.Equal(new Lamports(10_000), Bank.GetFee(message));
        Assert.Null(Bank.GetFee(SignPayment(default, new(1)).Message));
    }

    private NonceState State
    {
        get
        {
            Assert.True(NonceState.TryParse(Bank.GetAccount(Nonce.PublicKey)!.Data.AsSpan(), out var state));
            return state;
        }
    }

    private void CreateNonce(Lamports lamports) => _ledger.MustSend(
        [
            new SystemInstruction.CreateAccount(lamports, NonceState.SizeBytes, default).ToInstruction(TestLedger.Faucet.PublicKey, Nonce.PublicKey),
            new SystemInstruction.InitializeNonceAccount(Authority.PublicKey).ToInstruction(Nonce.PublicKey),
        ],
        Nonce);

    private static Transaction SignPayment(Hash nonce, Lamports amount) => Transaction.Sign(
        Alice,
        nonce,
        [
            new SystemInstruction.AdvanceNonceAccount().ToInstruction(Nonce.PublicKey, Authority.PublicKey),
            new SystemInstruction.Transfer(amount).ToInstruction(Alice.PublicKey, Bob),
        ],
        Authority);

    private string Fail(InstructionError error, Instruction instruction, params Keypair[] signers)
    {
        var result = _ledger.Send([instruction], signers);
        Assert.Equal(new TransactionError(TransactionErrorKind.InstructionError, 0, error), result.Error);
        return result.Logs[^2];
    }
}
