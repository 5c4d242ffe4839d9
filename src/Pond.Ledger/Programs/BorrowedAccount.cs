using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>An account in the hands of a program that is bytecode on K2: it may write anything, and is judged when it hands the account back.</summary>
internal sealed class BorrowedAccount
{
    private readonly AccountMeta _meta;
    private readonly StoredAccount _stored;
    private readonly ImmutableArray<byte> _before;

    internal BorrowedAccount(AccountMeta meta, StoredAccount stored)
    {
        _meta = meta;
        _stored = stored;
        // Typed content belongs to other programs. To this one it is no bytes, which it could not write anyway.
        _before = stored.Content is BytesContent content ? content.Bytes : [];
        Data = [.. _before];
        Lamports = stored.Lamports;
        Owner = stored.Owner;
    }

    internal Pubkey Key => _meta.Key;

    internal bool IsSigner => _meta.IsSigner;

    internal Lamports Lamports { get; set; }

    internal Pubkey Owner { get; set; }

    internal byte[] Data { get; set; }

    /// <summary>Writes the account back if the program was allowed to change what it changed.</summary>
    internal InstructionError? Return(Overlay overlay, Pubkey program)
    {
        var isOwned = _stored.Owner == program;
        var isDataChanged = !Data.AsSpan().SequenceEqual(_before.AsSpan());
        if (Lamports < _stored.Lamports && !isOwned)
        {
            return new(InstructionErrorKind.ExternalAccountLamportSpend);
        }

        if (Lamports != _stored.Lamports && !_meta.IsWritable)
        {
            return new(InstructionErrorKind.ReadonlyLamportChange);
        }

        if (isDataChanged && !_meta.IsWritable)
        {
            return new(InstructionErrorKind.ReadonlyDataModified);
        }

        if (isDataChanged && !isOwned)
        {
            return new(InstructionErrorKind.ExternalAccountDataModified);
        }

        if (Owner != _stored.Owner && (!isOwned || !_meta.IsWritable))
        {
            return new(InstructionErrorKind.ModifiedProgramId);
        }

        if (isDataChanged || Lamports != _stored.Lamports || Owner != _stored.Owner)
        {
            var content = isDataChanged ? new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(Data)) : _stored.Content;
            overlay.Set(Key, _stored with { Lamports = Lamports, Owner = Owner, Content = content });
        }

        return null;
    }
}
