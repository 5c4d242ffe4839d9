using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Programs;

/// <summary>Creates accounts and moves lamports: docs/protocol/ledger.md has the checks in their order.</summary>
internal sealed class SystemProgram : IProgram
{
    /// <summary>The most data an account created here can have: 50 MiB. Koii's CLI asks for up to 50 MB for a task; Solana's own limit is 10 MiB.</summary>
    internal const ulong MaxSpaceBytes = 50 * 1024 * 1024;

    private const uint AccountInUse = 0;
    private const uint NegativeLamports = 1;
    private const uint InvalidDataLength = 3;
    private const uint SeedMismatch = 5;

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
            SystemInstruction.Assign or SystemInstruction.Allocate => 1,
            SystemInstruction.TransferWithSeed => 3,
            _ => 2,
        };
        if (context.Accounts.Length < needed)
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        var first = context.Accounts[0].Key;
        return instruction switch
        {
            SystemInstruction.CreateAccount create =>
                Create(context, context.Accounts[1].Key, context.Accounts[1].Key, "None", create.Lamports, create.SpaceBytes, create.Owner),
            SystemInstruction.CreateAccountWithSeed seeded => CreateWithSeed(context, seeded),
            SystemInstruction.Assign assign => Assign(context, first, first, "None", assign.Owner),
            SystemInstruction.Allocate allocate => Allocate(context, first, first, "None", allocate.SpaceBytes),
            SystemInstruction.Transfer transfer => Transfer(context, first, first, context.Accounts[1].Key, transfer.Lamports),
            SystemInstruction.TransferWithSeed seeded => TransferWithSeed(context, seeded),
            _ => throw new System.Diagnostics.UnreachableException($"No case for {instruction}."),
        };
    }

    private static InstructionError? Create(
        InstructionContext context, Pubkey account, Pubkey signer, string baseText, Lamports lamports, ulong space, Pubkey owner)
    {
        if (context.Overlay.Get(account).Lamports > Lamports.Zero)
        {
            return context.Fail(AccountInUse, $"Create Account: account {Describe(account, baseText)} already in use");
        }

        return Allocate(context, account, signer, baseText, space)
            ?? Assign(context, account, signer, baseText, owner)
            ?? Transfer(context, context.Accounts[0].Key, context.Accounts[0].Key, account, lamports);
    }

    private static InstructionError? CreateWithSeed(InstructionContext context, SystemInstruction.CreateAccountWithSeed create)
    {
        var account = context.Accounts[1].Key;
        if (!ProgramAddress.TryWithSeed(create.Base, create.Seed, create.Owner, out var derived))
        {
            return new(InstructionErrorKind.MaxSeedLengthExceeded);
        }

        return derived == account
            ? Create(context, account, create.Base, $"Some({create.Base})", create.Lamports, create.SpaceBytes, create.Owner)
            : context.Fail(SeedMismatch, $"Create: address {account} does not match derived address {derived}");
    }

    private static InstructionError? TransferWithSeed(InstructionContext context, SystemInstruction.TransferWithSeed transfer)
    {
        var (from, fromBase, to) = (context.Accounts[0].Key, context.Accounts[1].Key, context.Accounts[2].Key);
        if (!context.IsSigner(fromBase))
        {
            return context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Transfer: 'from' account {fromBase} must sign");
        }

        if (!ProgramAddress.TryWithSeed(fromBase, transfer.Seed, transfer.Owner, out var derived))
        {
            return new(InstructionErrorKind.MaxSeedLengthExceeded);
        }

        return derived == from
            ? Transfer(context, from, fromBase, to, transfer.Lamports)
            : context.Fail(SeedMismatch, $"Transfer: 'from' address {from} does not match derived address {derived}");
    }

    private static InstructionError? Allocate(
        InstructionContext context, Pubkey account, Pubkey signer, string baseText, ulong space)
    {
        if (!context.IsSigner(signer))
        {
            return context.Fail(
                InstructionErrorKind.MissingRequiredSignature, $"Allocate: 'to' account {Describe(account, baseText)} must sign");
        }

        var stored = context.Overlay.Get(account);
        if (!stored.Content.IsEmpty || !stored.Owner.IsZero)
        {
            return context.Fail(AccountInUse, $"Allocate: account {Describe(account, baseText)} already in use");
        }

        if (space > MaxSpaceBytes)
        {
            return context.Fail(InvalidDataLength, $"Allocate: requested {space}, max allowed {MaxSpaceBytes}");
        }

        if (!context.IsWritable(account))
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        context.Overlay.Set(account, stored with { Content = new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(new byte[space])) });
        return null;
    }

    private static InstructionError? Assign(InstructionContext context, Pubkey account, Pubkey signer, string baseText, Pubkey owner)
    {
        var stored = context.Overlay.Get(account);
        if (stored.Owner == owner)
        {
            return null;
        }

        if (!context.IsSigner(signer))
        {
            return context.Fail(
                InstructionErrorKind.MissingRequiredSignature, $"Assign: account {Describe(account, baseText)} must sign");
        }

        // Only the System program's own accounts can be given away by it.
        if (!stored.Owner.IsZero || !context.IsWritable(account))
        {
            return new(InstructionErrorKind.ModifiedProgramId);
        }

        context.Overlay.Set(account, stored with { Owner = owner });
        return null;
    }

    private static InstructionError? Transfer(InstructionContext context, Pubkey from, Pubkey signer, Pubkey to, Lamports lamports)
    {
        if (!context.IsSigner(signer))
        {
            return context.Fail(InstructionErrorKind.MissingRequiredSignature, $"Transfer: `from` account {from} must sign");
        }

        var source = context.Overlay.Get(from);
        if (!source.Content.IsEmpty)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Transfer: `from` must not carry data");
        }

        if (lamports > source.Lamports)
        {
            return context.Fail(
                NegativeLamports, $"Transfer: insufficient lamports {source.Lamports.Value}, need {lamports.Value}");
        }

        if (lamports > Lamports.Zero && from != to)
        {
            if (!source.Owner.IsZero)
            {
                return new(InstructionErrorKind.ExternalAccountLamportSpend);
            }

            if (!context.IsWritable(from) || !context.IsWritable(to))
            {
                return new(InstructionErrorKind.ReadonlyLamportChange);
            }

            context.Overlay.Move(from, to, lamports);
        }

        return null;
    }

    private static string Describe(Pubkey account, string baseText) => $"Address {{ address: {account}, base: {baseText} }}";
}
