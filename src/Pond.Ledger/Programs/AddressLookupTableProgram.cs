using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Programs;

/// <summary>Keeps the tables that messages of version 0 load accounts from: docs/protocol/ledger.md has the checks in their order.</summary>
internal sealed class AddressLookupTableProgram(RecentBlocks blocks) : IProgram
{
    public Pubkey Id => ProgramIds.AddressLookupTable;

    public string Name => "address_lookup_table_program";

    public ulong Units => 750;

    public bool IsLogged => true;

    public InstructionError? Execute(InstructionContext context)
    {
        if (!AddressLookupTableInstruction.TryParse(context.Data.AsSpan(), out var instruction))
        {
            return new(InstructionErrorKind.InvalidInstructionData);
        }

        var needed = instruction is AddressLookupTableInstruction.Create ? 3 : 2;
        if (context.Accounts.Length < needed)
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        return instruction switch
        {
            AddressLookupTableInstruction.Create create => Create(context, create),
            AddressLookupTableInstruction.Freeze => Freeze(context),
            AddressLookupTableInstruction.Extend extend => Extend(context, extend),
            AddressLookupTableInstruction.Deactivate => Deactivate(context),
            AddressLookupTableInstruction.Close => Close(context),
            _ => throw new System.Diagnostics.UnreachableException($"No case for {instruction}."),
        };
    }

    private InstructionError? Create(InstructionContext context, AddressLookupTableInstruction.Create create)
    {
        var (table, authority, payer) = (context.Accounts[0].Key, context.Accounts[1].Key, context.Accounts[2]);
        if (!payer.IsSigner)
        {
            return context.Fail(InstructionErrorKind.MissingRequiredSignature, "Payer account must be a signer");
        }

        if (!blocks.Contains(create.RecentSlot))
        {
            return context.Fail(InstructionErrorKind.InvalidInstructionData, $"{create.RecentSlot} is not a recent slot");
        }

        // The slot makes the address new each time, so that a table that was closed can't come back with other addresses.
        byte[][] seeds = [authority.ToArray(), BitConverter.GetBytes(create.RecentSlot.Value), [create.Bump]];
        if (!ProgramAddress.TryDerive(seeds, Id, out var derived))
        {
            return new(InstructionErrorKind.InvalidSeeds);
        }

        if (table != derived)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, $"Table address must match derived address: {derived}");
        }

        var stored = context.Overlay.Get(table);
        if (stored.Owner == Id)
        {
            return null;
        }

        var data = new AddressLookupTable { Authority = authority };
        var error = PayRent(context, payer.Key, AddressLookupTable.MetaSizeBytes)
            ?? context.Invoke(new SystemInstruction.Allocate(AddressLookupTable.MetaSizeBytes).ToInstruction(table), seeds)
            ?? context.Invoke(new SystemInstruction.Assign(Id).ToInstruction(table), seeds);
        return error ?? Write(context, data);
    }

    private static InstructionError? Freeze(InstructionContext context)
    {
        if (Open(context, "Lookup table is already frozen", out var table) is { } error)
        {
            return error;
        }

        if (table.DeactivatedAt is not null)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Deactivated tables cannot be frozen");
        }

        return table.Addresses.IsEmpty
            ? context.Fail(InstructionErrorKind.InvalidInstructionData, "Empty lookup tables cannot be frozen")
            : Write(context, table with { Authority = null });
    }

    private static InstructionError? Extend(InstructionContext context, AddressLookupTableInstruction.Extend extend)
    {
        if (Open(context, frozenText: null, out var table) is { } error)
        {
            return error;
        }

        if (table.DeactivatedAt is not null)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Deactivated tables cannot be extended");
        }

        if (table.Addresses.Length >= AddressLookupTable.MaxAddresses)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Lookup table is full and cannot contain more addresses");
        }

        if (extend.Addresses.IsEmpty)
        {
            return context.Fail(InstructionErrorKind.InvalidInstructionData, "Must extend with at least one address");
        }

        var count = table.Addresses.Length + extend.Addresses.Length;
        if (count > AddressLookupTable.MaxAddresses)
        {
            return context.Fail(
                InstructionErrorKind.InvalidInstructionData,
                $"Extended lookup table length {count} would exceed max capacity of {AddressLookupTable.MaxAddresses}");
        }

        if (table.LastExtendedAt != context.Slot)
        {
            table = table with { LastExtendedAt = context.Slot, LastExtendedStart = (byte)table.Addresses.Length };
        }

        if (Write(context, table with { Addresses = table.Addresses.AddRange(extend.Addresses) }) is { } writeError)
        {
            return writeError;
        }

        var stored = context.Overlay.Get(context.Accounts[0].Key);
        if (stored.Lamports >= Rent.MinimumFor(stored.Content.SizeBytes))
        {
            return null;
        }

        if (context.Accounts.Length < 3)
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        var payer = context.Accounts[2];
        return payer.IsSigner
            ? PayRent(context, payer.Key, stored.Content.SizeBytes)
            : context.Fail(InstructionErrorKind.MissingRequiredSignature, "Payer account must be a signer");
    }

    private static InstructionError? Deactivate(InstructionContext context)
    {
        if (Open(context, "Lookup table is frozen", out var table) is { } error)
        {
            return error;
        }

        return table.DeactivatedAt is not null
            ? context.Fail(InstructionErrorKind.InvalidArgument, "Lookup table is already deactivated")
            : Write(context, table with { DeactivatedAt = context.Slot });
    }

    private InstructionError? Close(InstructionContext context)
    {
        if (FindAccessError(context) is { } accessError)
        {
            return accessError;
        }

        if (context.Accounts.Length < 3)
        {
            return new(InstructionErrorKind.NotEnoughAccountKeys);
        }

        var (key, recipient) = (context.Accounts[0].Key, context.Accounts[2].Key);
        if (key == recipient)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Lookup table cannot be the recipient of reclaimed lamports");
        }

        if (Open(context, "Lookup table is frozen", out var table) is { } error)
        {
            return error;
        }

        if (table.DeactivatedAt is not { } slot)
        {
            return context.Fail(InstructionErrorKind.InvalidArgument, "Lookup table is not deactivated");
        }

        if (slot == context.Slot || blocks.Contains(slot))
        {
            var left = slot == context.Slot ? RecentBlocks.MaxBlocks + 1 : RecentBlocks.MaxBlocks - blocks.CountAfter(slot);
            return context.Fail(
                InstructionErrorKind.InvalidArgument, $"Table cannot be closed until it's fully deactivated in {left} blocks");
        }

        if (!context.IsWritable(key) || !context.IsWritable(recipient))
        {
            return new(InstructionErrorKind.ReadonlyLamportChange);
        }

        var stored = context.Overlay.Get(key);
        context.Overlay.Set(key, stored with { Content = BytesContent.Empty });
        context.Overlay.Move(key, recipient, stored.Lamports);
        return null;
    }

    private static InstructionError? FindAccessError(InstructionContext context)
    {
        if (context.Overlay.Get(context.Accounts[0].Key).Owner != ProgramIds.AddressLookupTable)
        {
            return new(InstructionErrorKind.InvalidAccountOwner);
        }

        return context.Accounts[1].IsSigner
            ? null
            : context.Fail(InstructionErrorKind.MissingRequiredSignature, "Authority account must be a signer");
    }

    /// <summary>Reads the table that the instruction is about, if whoever signs may change it.</summary>
    private static InstructionError? Open(InstructionContext context, string? frozenText, out AddressLookupTable table)
    {
        table = new AddressLookupTable();
        if (FindAccessError(context) is { } accessError)
        {
            return accessError;
        }

        if (!AddressLookupTable.TryParse(context.Overlay.Get(context.Accounts[0].Key).Content.Render(context.Slot).AsSpan(), out var parsed))
        {
            return new(InstructionErrorKind.InvalidAccountData);
        }

        table = parsed;
        if (table.Authority is null)
        {
            return frozenText is null
                ? new(InstructionErrorKind.Immutable)
                : context.Fail(InstructionErrorKind.Immutable, frozenText);
        }

        return table.Authority == context.Accounts[1].Key ? null : new(InstructionErrorKind.IncorrectAuthority);
    }

    private static InstructionError? Write(InstructionContext context, AddressLookupTable table)
    {
        var key = context.Accounts[0].Key;
        if (!context.IsWritable(key))
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        context.Overlay.Set(key, context.Overlay.Get(key) with
        {
            Content = new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(table.ToArray())),
        });
        return null;
    }

    private static InstructionError? PayRent(InstructionContext context, Pubkey payer, ulong sizeBytes)
    {
        var table = context.Accounts[0].Key;
        var (needed, there) = (Rent.MinimumFor(sizeBytes), context.Overlay.Get(table).Lamports);
        return there >= needed ? null : context.Invoke(new SystemInstruction.Transfer(needed - there).ToInstruction(payer, table));
    }
}
