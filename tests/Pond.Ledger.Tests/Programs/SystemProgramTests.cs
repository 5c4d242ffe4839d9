using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Programs;

public sealed class SystemProgramTests
{
    private static readonly Keypair Alice = TestLedger.Key("alice");
    private static readonly Pubkey Faucet = TestLedger.Faucet.PublicKey;
    private static readonly Pubkey Derived = ProgramAddress.WithSeed(Alice.PublicKey, "seed", ProgramIds.Task);

    private readonly TestLedger _ledger = new(isFast: true);

    private Bank Bank => _ledger.Bank;

    [Fact]
    public void An_account_with_a_seed_gets_data_and_owner_by_its_base()
    {
        _ledger.MustSend(
            [
                new SystemInstruction.Transfer(Rent.MinimumFor(10)).ToInstruction(Faucet, Derived),
                new SystemInstruction.AllocateWithSeed(Alice.PublicKey, "seed", 10, ProgramIds.Task).ToInstruction(),
            ],
            Alice);

        var account = Bank.GetAccount(Derived)!;
        Assert.Equal((10, ProgramIds.Task), (account.Data.Length, account.Owner));
    }

    [Fact]
    public void An_account_with_a_seed_can_be_assigned_alone()
    {
        _ledger.MustSend(
            [
                new SystemInstruction.Transfer(Rent.MinimumFor(0)).ToInstruction(Faucet, Derived),
                new SystemInstruction.AssignWithSeed(Alice.PublicKey, "seed", ProgramIds.Task).ToInstruction(),
            ],
            Alice);

        Assert.Equal(ProgramIds.Task, Bank.GetAccount(Derived)!.Owner);
    }

    [Fact]
    public void The_base_must_sign_and_the_address_must_be_its_own()
    {
        var allocate = new SystemInstruction.AllocateWithSeed(Alice.PublicKey, "seed", 10, ProgramIds.Task).ToInstruction();
        var assign = new SystemInstruction.AssignWithSeed(Alice.PublicKey, "seed", ProgramIds.Task).ToInstruction();

        Assert.Equal(
            $"Allocate: 'to' account Address {{ address: {Derived}, base: Some({Alice.PublicKey}) }} must sign",
            Fail(new(InstructionErrorKind.MissingRequiredSignature), Unsigned(allocate)));
        Assert.Equal(
            $"Assign: account Address {{ address: {Derived}, base: Some({Alice.PublicKey}) }} must sign",
            Fail(new(InstructionErrorKind.MissingRequiredSignature), Unsigned(assign)));
        Assert.Equal(
            $"Create: address {Faucet} does not match derived address {Derived}",
            Fail(new(InstructionErrorKind.Custom, 5), assign with { Accounts = assign.Accounts.SetItem(0, AccountMeta.Writable(Faucet)) }, Alice));
    }

    [Fact]
    public void A_seed_is_short_and_its_owner_no_derivation_in_disguise()
    {
        var marked = new Pubkey([.. new byte[11], .. "ProgramDerivedAddress"u8]);
        Instruction Call(string seed, Pubkey owner) => new(
            ProgramIds.System,
            [AccountMeta.Writable(Derived), AccountMeta.ReadOnlySigner(Alice.PublicKey)],
            [.. new SystemInstruction.AssignWithSeed(Alice.PublicKey, seed, owner).Encode()]);

        _ = Fail(new(InstructionErrorKind.MaxSeedLengthExceeded), Call(new string('x', 33), ProgramIds.Task), Alice);
        _ = Fail(new(InstructionErrorKind.IllegalOwner), Call("seed", marked), Alice);
    }

    [Fact]
    public void A_transaction_allocates_at_most_100_mebibytes_and_an_account_50()
    {
        const ulong Fifty = 50 * 1024 * 1024;
        var keys = Enumerable.Range(0, 3).Select(index => TestLedger.Key($"large {index}")).ToArray();
        Instruction Create(int index, ulong space) =>
            new SystemInstruction.CreateAccount(Rent.MinimumFor(space), space, default).ToInstruction(Faucet, keys[index].PublicKey);

        Assert.Equal(
            new(TransactionErrorKind.InstructionError, 2, new(InstructionErrorKind.MaxAccountsDataAllocationsExceeded)),
            _ledger.Send([Create(0, Fifty), Create(1, Fifty), Create(2, 1)], keys).Error);
        Assert.Equal("Allocate: requested 52428801, max allowed 52428800", Fail(new(InstructionErrorKind.Custom, 3), Create(0, Fifty + 1), keys[0]));
        _ledger.MustSend([Create(0, Fifty), Create(1, Fifty)], keys[..2]);
    }

    [Fact]
    public void A_transfer_of_nothing_and_one_to_oneself_are_fine()
    {
        _ledger.MustSend(
        [
            new SystemInstruction.Transfer(new(0)).ToInstruction(Faucet, Alice.PublicKey),
            new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(Faucet, Faucet),
        ]);

        Assert.Null(Bank.GetAccount(Alice.PublicKey));
    }

    [Fact]
    public void An_instruction_with_too_few_accounts_or_bytes_is_refused()
    {
        _ = Fail(new(InstructionErrorKind.NotEnoughAccountKeys), new Instruction(ProgramIds.System, [], [.. new SystemInstruction.Transfer(new(1)).Encode()]));
        _ = Fail(new(InstructionErrorKind.InvalidInstructionData), new Instruction(ProgramIds.System, [], [2, 0, 0]));
        _ = Fail(new(InstructionErrorKind.InvalidInstructionData), new Instruction(ProgramIds.System, [], [13, 0, 0, 0]));
    }

    private static Instruction Unsigned(Instruction instruction) =>
        instruction with { Accounts = [.. instruction.Accounts.Select(account => account with { IsSigner = false })] };

    private string Fail(InstructionError error, Instruction instruction, params Keypair[] signers)
    {
        var result = _ledger.Send([instruction], signers);
        Assert.Equal(new TransactionError(TransactionErrorKind.InstructionError, 0, error), result.Error);
        return result.Logs[^2];
    }
}
