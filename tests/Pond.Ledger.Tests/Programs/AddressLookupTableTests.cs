using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Accounts;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Programs;

public sealed class AddressLookupTableTests
{
    private static readonly Keypair Authority = TestLedger.Key("authority");
    private static readonly Pubkey Payer = TestLedger.Faucet.PublicKey;
    private static readonly Pubkey Alice = TestLedger.Key("alice").PublicKey;
    private static readonly Pubkey Bob = TestLedger.Key("bob").PublicKey;

    private readonly TestLedger _ledger = new(isFast: true);

    private Bank Bank => _ledger.Bank;

    [Fact]
    public void A_new_table_is_empty_rent_exempt_and_framed_like_on_k2()
    {
        _ledger.Seal();
        var slot = Bank.LatestBlock.Slot;
        var (table, bump) = AddressLookupTableInstruction.FindAddress(Authority.PublicKey, slot);
        var result = _ledger.MustSend([new AddressLookupTableInstruction.Create(slot, bump).ToInstruction(Authority.PublicKey, Payer)]);

        var account = Bank.GetAccount(table)!;
        Assert.Equal((ProgramIds.AddressLookupTable, 56, Rent.MinimumFor(56)), (account.Owner, account.Data.Length, account.Lamports));
        Assert.Equal(
            "01000000" + "ffffffffffffffff" + "0000000000000000" + "00" + "01" + Convert.ToHexStringLower(Authority.PublicKey.ToArray()) + "0000",
            Convert.ToHexStringLower(account.Data.AsSpan()));
        Assert.Equal(
            [
                "Program AddressLookupTab1e1111111111111111111111111 invoke [1]",
                "Program 11111111111111111111111111111111 invoke [2]",
                "Program 11111111111111111111111111111111 success",
                "Program 11111111111111111111111111111111 invoke [2]",
                "Program 11111111111111111111111111111111 success",
                "Program 11111111111111111111111111111111 invoke [2]",
                "Program 11111111111111111111111111111111 success",
                "Program AddressLookupTab1e1111111111111111111111111 success",
            ],
            result.Logs.Take(8),
            StringComparer.Ordinal);
        Assert.Equal(3, Assert.Single(result.InnerInstructions).Instructions.Length);
    }

    [Fact]
    public void A_table_is_made_at_the_slot_of_a_recent_block_only()
    {
        _ledger.GoTo(new Slot(5));
        foreach (var slot in new ulong[] { 2, 5, 6 })
        {
            var (_, bump) = AddressLookupTableInstruction.FindAddress(Authority.PublicKey, new Slot(slot));
            var call = new AddressLookupTableInstruction.Create(new Slot(slot), bump).ToInstruction(Authority.PublicKey, Payer);

            var result = _ledger.Send([call]);

            Assert.Equal(new(InstructionErrorKind.InvalidInstructionData), result.Error!.Instruction);
            Assert.Equal($"{slot} is not a recent slot", result.Logs[1]);
        }
    }

    [Fact]
    public void A_table_at_another_address_is_refused()
    {
        var call = new AddressLookupTableInstruction.Create(default, FindBump(default)).ToInstruction(Authority.PublicKey, Payer);
        var result = _ledger.Send([call with { Accounts = call.Accounts.SetItem(0, AccountMeta.Writable(Alice)) }]);

        Assert.Equal(new(InstructionErrorKind.InvalidArgument), result.Error!.Instruction);
        Assert.Equal($"Table address must match derived address: {call.Accounts[0].Key}", result.Logs[1]);
    }

    [Fact]
    public void Creating_a_table_again_leaves_it_as_it_is()
    {
        var table = CreateTable(Alice);
        var before = Bank.GetAccount(table)!;

        _ledger.MustSend([new AddressLookupTableInstruction.Create(default, FindBump(default)).ToInstruction(Authority.PublicKey, Payer)]);

        Assert.Equal(before.Data.ToArray(), Bank.GetAccount(table)!.Data.ToArray());
    }

    [Fact]
    public void Addresses_can_be_loaded_from_the_next_slot_on()
    {
        var table = CreateTable(Alice, Bob);
        var transaction = Pay(table, [Alice, Bob], Bob);

        Assert.Equal(TransactionErrorKind.InvalidAddressLookupTableIndex, Bank.Process(transaction).Error!.Kind);
        _ledger.Seal();
        var result = Bank.Process(transaction);

        Assert.True(result.IsSuccess, result.Error?.Message);
        Assert.Equal([Bob], result.Loaded.Writable.ToArray());
        Assert.Equal([Payer, ProgramIds.System, Bob], result.Keys.ToArray());
        Assert.Equal((Lamports.Zero, Lamports.FromKoii(1)), (result.PreBalances[2], result.PostBalances[2]));
        Assert.Equal(Lamports.FromKoii(1), Bank.GetAccount(Bob)!.Lamports);
    }

    [Fact]
    public void An_extension_keeps_what_was_there_loadable()
    {
        var table = CreateTable(Alice);
        _ledger.Seal();
        Extend(table, Bob);

        Assert.Null(Bank.Resolve(Pay(table, [Alice, Bob], Alice).Message, out _));
        Assert.NotNull(Bank.Resolve(Pay(table, [Alice, Bob], Bob).Message, out _));
        _ledger.Seal();
        Assert.Null(Bank.Resolve(Pay(table, [Alice, Bob], Bob).Message, out _));
    }

    [Fact]
    public void A_lookup_names_what_is_wrong_with_it()
    {
        var table = CreateTable(Alice);
        _ledger.Seal();

        Assert.Equal(TransactionErrorKind.AddressLookupTableNotFound, Resolve(Bob, [Alice]));
        Assert.Equal(TransactionErrorKind.InvalidAddressLookupTableOwner, Resolve(Payer, [Alice]));
        Assert.Equal(TransactionErrorKind.InvalidAddressLookupTableIndex, Resolve(table, [Bob, Alice]));
        Assert.Null(Resolve(table, [Alice]));
        Assert.False(Bank.Process(Pay(Bob, [Alice], Alice)).IsLanded);
    }

    [Fact]
    public void An_account_that_is_loaded_and_named_is_loaded_twice()
    {
        var table = CreateTable(Payer);
        _ledger.Seal();
        var bytes = Pay(table, [Alice], Alice).Message.Serialize();
        Assert.True(Message.TryRead(bytes, out var message, out _));

        var result = Bank.Process(new Transaction([new Signature(new byte[64])], message));

        Assert.Equal(new(TransactionErrorKind.AccountLoadedTwice), result.Error);
    }

    [Fact]
    public void A_deactivated_table_serves_512_more_blocks_and_can_then_be_closed()
    {
        var table = CreateTable(Alice);
        _ledger.Seal();
        MustCall(new AddressLookupTableInstruction.Deactivate().ToInstruction(table, Authority.PublicKey));
        var close = new AddressLookupTableInstruction.Close().ToInstruction(table, Authority.PublicKey, Bob);

        Assert.Equal("Table cannot be closed until it's fully deactivated in 513 blocks", Fail(InstructionErrorKind.InvalidArgument, close));
        _ledger.Seal();
        Assert.Equal("Table cannot be closed until it's fully deactivated in 512 blocks", Fail(InstructionErrorKind.InvalidArgument, close));
        for (var count = 0; count < 511; count++)
        {
            _ledger.Seal();
        }

        Assert.Null(Resolve(table, [Alice]));
        Assert.Equal("Table cannot be closed until it's fully deactivated in 1 blocks", Fail(InstructionErrorKind.InvalidArgument, close));
        _ledger.Seal();

        Assert.Equal(TransactionErrorKind.AddressLookupTableNotFound, Resolve(table, [Alice]));
        var rent = Bank.GetAccount(table)!.Lamports;
        MustCall(close);
        Assert.Null(Bank.GetAccount(table));
        Assert.Equal(rent, Bank.GetAccount(Bob)!.Lamports);
        Bank.VerifyConservation();
    }

    [Fact]
    public void A_frozen_table_never_changes_again()
    {
        var table = CreateTable(Alice);
        MustCall(new AddressLookupTableInstruction.Freeze().ToInstruction(table, Authority.PublicKey));

        Assert.Equal("Lookup table is already frozen", Fail(InstructionErrorKind.Immutable, new AddressLookupTableInstruction.Freeze().ToInstruction(table, Authority.PublicKey)));
        Assert.Equal("Lookup table is frozen", Fail(InstructionErrorKind.Immutable, new AddressLookupTableInstruction.Deactivate().ToInstruction(table, Authority.PublicKey)));
        Assert.Equal("Lookup table is frozen", Fail(InstructionErrorKind.Immutable, new AddressLookupTableInstruction.Close().ToInstruction(table, Authority.PublicKey, Bob)));
        _ = Fail(InstructionErrorKind.Immutable, ExtendCall(table, Bob));
        _ledger.Seal();
        Assert.Null(Resolve(table, [Alice]));
    }

    [Fact]
    public void Only_the_authority_changes_a_table()
    {
        var table = CreateTable(Alice);
        var stranger = TestLedger.Key("stranger");
        var unsigned = new AddressLookupTableInstruction.Freeze().ToInstruction(table, Authority.PublicKey);
        unsigned = unsigned with { Accounts = unsigned.Accounts.SetItem(1, AccountMeta.ReadOnly(Authority.PublicKey)) };

        Assert.Equal("Authority account must be a signer", Fail(InstructionErrorKind.MissingRequiredSignature, unsigned));
        _ = Fail(InstructionErrorKind.IncorrectAuthority, new AddressLookupTableInstruction.Freeze().ToInstruction(table, stranger.PublicKey));
        _ = Fail(InstructionErrorKind.IncorrectAuthority, new AddressLookupTableInstruction.Deactivate().ToInstruction(table, stranger.PublicKey));
        _ = Fail(InstructionErrorKind.InvalidAccountOwner, new AddressLookupTableInstruction.Freeze().ToInstruction(Payer, Authority.PublicKey));
    }

    [Fact]
    public void A_table_holds_at_most_256_addresses()
    {
        var table = CreateTable();
        Assert.Equal("Empty lookup tables cannot be frozen", Fail(InstructionErrorKind.InvalidInstructionData, new AddressLookupTableInstruction.Freeze().ToInstruction(table, Authority.PublicKey)));
        Assert.Equal("Must extend with at least one address", Fail(InstructionErrorKind.InvalidInstructionData, ExtendCall(table)));
        for (var part = 0; part < 10; part++)
        {
            Extend(table, [.. Enumerable.Range(part * 25, 25).Select(Numbered)]);
        }

        Assert.Equal(
            "Extended lookup table length 257 would exceed max capacity of 256",
            Fail(InstructionErrorKind.InvalidInstructionData, ExtendCall(table, [.. Enumerable.Range(250, 7).Select(Numbered)])));
        Extend(table, [.. Enumerable.Range(250, 6).Select(Numbered)]);
        Assert.Equal(
            "Lookup table is full and cannot contain more addresses",
            Fail(InstructionErrorKind.InvalidArgument, ExtendCall(table, Alice)));

        var account = Bank.GetAccount(table)!;
        Assert.Equal(Rent.MinimumFor(56 + (256 * 32)), account.Lamports);
        Assert.True(AddressLookupTable.TryParse(account.Data.AsSpan(), out var state));
        Assert.Equal(Enumerable.Range(0, 256).Select(Numbered), state.Addresses);
    }

    [Fact]
    public void A_deactivated_table_is_neither_extended_nor_frozen()
    {
        var table = CreateTable(Alice);
        MustCall(new AddressLookupTableInstruction.Deactivate().ToInstruction(table, Authority.PublicKey));

        Assert.Equal("Deactivated tables cannot be extended", Fail(InstructionErrorKind.InvalidArgument, ExtendCall(table, Bob)));
        Assert.Equal("Deactivated tables cannot be frozen", Fail(InstructionErrorKind.InvalidArgument, new AddressLookupTableInstruction.Freeze().ToInstruction(table, Authority.PublicKey)));
        Assert.Equal("Lookup table is already deactivated", Fail(InstructionErrorKind.InvalidArgument, new AddressLookupTableInstruction.Deactivate().ToInstruction(table, Authority.PublicKey)));
    }

    private static byte FindBump(Slot slot) => AddressLookupTableInstruction.FindAddress(Authority.PublicKey, slot).Bump;

    private static Pubkey Numbered(int number) => TestLedger.Key($"address {number}").PublicKey;

    private static Instruction ExtendCall(Pubkey table, params ImmutableArray<Pubkey> addresses) =>
        new AddressLookupTableInstruction.Extend(addresses).ToInstruction(table, Authority.PublicKey, Payer);

    private Pubkey CreateTable(params ImmutableArray<Pubkey> addresses)
    {
        var create = new AddressLookupTableInstruction.Create(default, FindBump(default)).ToInstruction(Authority.PublicKey, Payer);
        _ledger.MustSend([create]);
        var table = create.Accounts[0].Key;
        if (!addresses.IsEmpty)
        {
            Extend(table, addresses);
        }

        return table;
    }

    private void Extend(Pubkey table, params ImmutableArray<Pubkey> addresses) => MustCall(ExtendCall(table, addresses));

    private void MustCall(Instruction instruction) => _ledger.MustSend([instruction]);

    private string Fail(InstructionErrorKind kind, Instruction instruction)
    {
        var result = _ledger.Send([instruction]);
        Assert.Equal(new TransactionError(TransactionErrorKind.InstructionError, 0, new(kind)), result.Error);
        return result.Logs[^2];
    }

    private TransactionErrorKind? Resolve(Pubkey table, ImmutableArray<Pubkey> addresses) =>
        Bank.Resolve(Pay(table, addresses, Alice).Message, out _)?.Kind;

    private Transaction Pay(Pubkey table, ImmutableArray<Pubkey> addresses, Pubkey to) => Transaction.Sign(
        Message.CompileV0(
            Payer,
            Bank.LatestBlock.Hash,
            [new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(Payer, to)],
            new AddressTable(table, addresses)),
        TestLedger.Faucet);
}
