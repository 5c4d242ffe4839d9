using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Programs;

/// <summary>Creates accounts, moves lamports and keeps nonces: docs/protocol/ledger.md has the checks in their order.</summary>
/// <param name="blocks">The recent blocks, from whose hashes nonces follow.</param>
internal sealed partial class SystemProgram(RecentBlocks blocks) : IProgram
{
    /// <summary>The most data an account created here can have: 50 MiB. Koii's CLI asks for up to 50 MB for a task; Solana's own limit is 10 MiB.</summary>
    internal const ulong MaxSpaceBytes = 50 * 1024 * 1024;

    // What the accounts of one transaction may grow by in all.
    private const ulong MaxGrowthBytes = 2 * MaxSpaceBytes;

    private const uint AccountInUse = 0;
    private const uint NegativeLamports = 1;
    private const uint InvalidDataLength = 3;
    private const uint SeedMismatch = 5;
    private const uint NonceNotExpired = 7;

    public Pubkey Id => ProgramIds.System;

    public string Name => "system_program";

    public ulong Units => 150;

    public bool IsLogged => true;

    public InstructionError? Execute(InstructionContext context)
    {
        if (!SystemInstruction.TryParse(context.Data.AsSpan(), out var instruction))
        {
            return new(InstructionErrorKind.InvalidInstructionData);
        }

        var needed = instruction switch
        {
            SystemInstruction.CreateAccount or SystemInstruction.CreateAccountWithSeed or SystemInstruction.Transfer
                or SystemInstruction.WithdrawNonceAccount => 2,
            SystemInstruction.TransferWithSeed => 3,
            _ => 1,
        };
        if (context.Accounts.Length < needed)
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        var first = new Address(context.Accounts[0].Key);
        return instruction switch
        {
            SystemInstruction.CreateAccount create =>
                Create(context, new(context.Accounts[1].Key), create.Lamports, create.SpaceBytes, create.Owner),
            SystemInstruction.CreateAccountWithSeed create =>
                FindAddress(context, context.Accounts[1].Key, create.Base, create.Seed, create.Owner, out var address)
                ?? Create(context, address, create.Lamports, create.SpaceBytes, create.Owner),
            SystemInstruction.Assign assign => Assign(context, first, assign.Owner),
            SystemInstruction.AssignWithSeed assign =>
                FindAddress(context, first.Key, assign.Base, assign.Seed, assign.Owner, out var address)
                ?? Assign(context, address, assign.Owner),
            SystemInstruction.Allocate allocate => Allocate(context, first, allocate.SpaceBytes),
            SystemInstruction.AllocateWithSeed allocate =>
                FindAddress(context, first.Key, allocate.Base, allocate.Seed, allocate.Owner, out var address)
                ?? Allocate(context, address, allocate.SpaceBytes)
                ?? Assign(context, address, allocate.Owner),
            SystemInstruction.Transfer transfer => Transfer(context, context.Accounts[1].Key, transfer.Lamports),
            SystemInstruction.TransferWithSeed transfer => TransferWithSeed(context, transfer),
            SystemInstruction.AdvanceNonceAccount => AdvanceNonce(context),
            SystemInstruction.WithdrawNonceAccount withdraw => WithdrawNonce(context, withdraw.Lamports),
            SystemInstruction.InitializeNonceAccount initialize => InitializeNonce(context, initialize.Authority),
            SystemInstruction.AuthorizeNonceAccount authorize => AuthorizeNonce(context, authorize.Authority),
            SystemInstruction.UpgradeNonceAccount => UpgradeNonce(context),
            _ => throw new System.Diagnostics.UnreachableException($"No case for {instruction}."),
        };
    }

    private static InstructionError? Create(
        InstructionContext context, Address account, Lamports lamports, ulong space, Pubkey owner)
    {
        if (context.Overlay.Get(account.Key).Lamports > Lamports.Zero)
        {
            return context.Fail(AccountInUse, $"Create Account: account {account} already in use");
        }

        return Allocate(context, account, space)
            ?? Assign(context, account, owner)
            ?? Transfer(context, account.Key, lamports);
    }

    private static InstructionError? FindAddress(
        InstructionContext context, Pubkey account, Pubkey from, string seed, Pubkey owner, out Address address)
    {
        address = new(account, from);
        if (!ProgramAddress.TryWithSeed(from, seed, owner, out var derived))
        {
            return SeedError(seed);
        }

        return derived == account
            ? null
            : context.Fail(SeedMismatch, $"Create: address {account} does not match derived address {derived}");
    }

    private static InstructionError? TransferWithSeed(InstructionContext context, SystemInstruction.TransferWithSeed transfer)
    {
        var (from, fromBase, to) = (context.Accounts[0].Key, context.Accounts[1], context.Accounts[2].Key);
        if (!fromBase.IsSigner)
        {
            return context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Transfer: 'from' account {fromBase.Key} must sign");
        }

        if (!ProgramAddress.TryWithSeed(fromBase.Key, transfer.Seed, transfer.Owner, out var derived))
        {
            return SeedError(transfer.Seed);
        }

        return derived == from
            ? Move(context, from, to, transfer.Lamports)
            : context.Fail(SeedMismatch, $"Transfer: 'from' address {from} does not match derived address {derived}");
    }

    private static InstructionError? Allocate(InstructionContext context, Address account, ulong space)
    {
        if (!context.IsSigner(account.Signer))
        {
            return context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Allocate: 'to' account {account} must sign");
        }

        var stored = context.Overlay.Get(account.Key);
        if (!stored.Content.IsEmpty || !stored.Owner.IsZero)
        {
            return context.Fail(AccountInUse, $"Allocate: account {account} already in use");
        }

        if (space > MaxSpaceBytes)
        {
            return context.Fail(InvalidDataLength, $"Allocate: requested {space}, max allowed {MaxSpaceBytes}");
        }

        if (context.Overlay.GrowthBytes + (Int128)space > MaxGrowthBytes)
        {
            return new(InstructionErrorKind.MaxAccountsDataAllocationsExceeded);
        }

        if (!context.IsWritable(account.Key))
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        context.Overlay.Set(
            account.Key, stored with { Content = new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(new byte[space])) });
        return null;
    }

    private static InstructionError? Assign(InstructionContext context, Address account, Pubkey owner)
    {
        var stored = context.Overlay.Get(account.Key);
        if (stored.Owner == owner)
        {
            return null;
        }

        if (!context.IsSigner(account.Signer))
        {
            return context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Assign: account {account} must sign");
        }

        // Only the System program's own accounts can be given away by it, and never with state in them: the new owner would believe it.
        if (!stored.Owner.IsZero || !context.IsWritable(account.Key) || stored.Content is not BytesContent { IsAllZero: true })
        {
            return new(InstructionErrorKind.ModifiedProgramId);
        }

        context.Overlay.Set(account.Key, stored with { Owner = owner });
        return null;
    }

    private static InstructionError? Transfer(InstructionContext context, Pubkey to, Lamports lamports)
    {
        var from = context.Accounts[0];
        return from.IsSigner
            ? Move(context, from.Key, to, lamports)
            : context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Transfer: `from` account {from.Key} must sign");
    }

    private static InstructionError? Move(InstructionContext context, Pubkey from, Pubkey to, Lamports lamports)
    {
        var source = context.Overlay.Get(from);
        if (!source.Content.IsEmpty)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Transfer: `from` must not carry data");
        }

        return lamports > source.Lamports
            ? context.Fail(NegativeLamports, $"Transfer: insufficient lamports {source.Lamports.Value}, need {lamports.Value}")
            : MoveLamports(context, from, to, lamports);
    }

    // The checks are the runtime's on K2, and hold for a transfer of nothing as well.
    private static InstructionError? MoveLamports(InstructionContext context, Pubkey from, Pubkey to, Lamports lamports)
    {
        if (lamports > Lamports.Zero && !context.Overlay.Get(from).Owner.IsZero)
        {
            return new(InstructionErrorKind.ExternalAccountLamportSpend);
        }

        if (!context.IsWritable(from) || !context.IsWritable(to))
        {
            return new(InstructionErrorKind.ReadonlyLamportChange);
        }

        context.Overlay.Move(from, to, lamports);
        return null;
    }

    private static InstructionError SeedError(string seed) => new(
        System.Text.Encoding.UTF8.GetByteCount(seed) > ProgramAddress.MaxSeedSizeBytes
            ? InstructionErrorKind.MaxSeedLengthExceeded
            : InstructionErrorKind.IllegalOwner);

    /// <summary>An account that signs itself, or one made of a key and a text, for which the key signs.</summary>
    private readonly record struct Address(Pubkey Key, Pubkey? Base = null)
    {
        internal Pubkey Signer => Base ?? Key;

        /// <summary>As the log shows it.</summary>
        public override string ToString() =>
            $"Address {{ address: {Key}, base: {(Base is { } key ? $"Some({key})" : "None")} }}";
    }
}
