using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Ledger.Consensus;

namespace Pond.Ledger.Snapshots;

/// <summary>A bank's whole state after one of its blocks. Taking one copies references only, so that writing it can happen elsewhere.</summary>
public sealed class BankSnapshot
{
    private const int MaxReservedAccounts = 1 << 20;

    private static readonly Lazy<Hash> Fingerprint =
        new(() => ValueCodec.FingerprintOf(typeof(AccountContent), typeof(Block), typeof(TransactionStatus)));

    internal BankSnapshot(BankState state) => State = state;

    internal BankState State { get; }

    /// <summary>The height of the block.</summary>
    public ulong Height => State.LatestBlock.Height;

    /// <summary>The block's hash.</summary>
    public Hash BlockHash => State.LatestBlock.Hash;

    private static ReadOnlySpan<byte> Magic => "PONDSNP\u0002"u8;

    /// <summary>Writes the state; equal states give equal bytes. It ends with a hash of all.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="genesis">The network.</param>
    public void Write(Stream output, Genesis genesis)
    {
        using var writer = new StateWriter(output);
        writer.Bytes(Magic);
        writer.Hash(genesis.ComputeHash());
        writer.Hash(Fingerprint.Value);
        ValueCodec.Of<Block>().Write(writer, State.LatestBlock with { Transactions = [] });
        writer.Number(State.OpenSlot.Value);
        writer.Number(State.FeesBurnt.Value);
        writer.Number(State.LocallyMinted.Value);
        writer.Number(State.LocallyDestroyed.Value);
        ValueCodec.Of<ImmutableArray<BeaconEntry>>().Write(writer, State.Beacons);
        ValueCodec.Of<ImmutableArray<(Slot, Hash)>>().Write(writer, State.RecentBlocks);
        ValueCodec.Of<ImmutableArray<(Slot, Slot)>>().Write(writer, State.SkippedSlots);
        ValueCodec.Of<ImmutableArray<RememberedBlock>>().Write(writer, State.Remembered);

        (Pubkey Key, StoredAccount Account)[] accounts = [.. State.Accounts];
        Array.Sort(accounts, (left, right) => left.Key.CompareTo(right.Key));
        var contents = ValueCodec.Of<AccountContent>();
        writer.Count(accounts.Length);
        foreach (var (key, account) in accounts)
        {
            writer.Hash(new Hash(key.Bytes));
            writer.Number(account.Lamports.Value);
            writer.Hash(new Hash(account.Owner.Bytes));
            writer.Byte((byte)((account.IsExecutable ? 1 : 0) | (account.Content is BytesContent ? 2 : 0)));
            if (account.Content is BytesContent bytes)
            {
                // Nearly all accounts are such, so they take the short way.
                writer.Sized(bytes.Bytes.AsSpan());
            }
            else
            {
                contents.Write(writer, account.Content);
            }
        }

        writer.Finish();
    }

    /// <summary>Reads a state.</summary>
    /// <param name="input">What <see cref="Write"/> wrote.</param>
    /// <param name="genesis">The network.</param>
    /// <exception cref="FormatException">It is something else, it was changed since, or another version of Pond wrote it.</exception>
    public static BankSnapshot Read(Stream input, Genesis genesis)
    {
        using var reader = new StateReader(input, genesis);
        if (!reader.Bytes(Magic.Length).AsSpan().SequenceEqual(Magic) || reader.Hash() != genesis.ComputeHash())
        {
            throw new FormatException("It does not begin as a snapshot of this network does.");
        }

        if (reader.Hash() != Fingerprint.Value)
        {
            throw new FormatException("It was written by a version of Pond whose accounts are made otherwise.");
        }

        var snapshot = new BankSnapshot(new BankState
        {
            LatestBlock = ValueCodec.Of<Block>().Read(reader) ?? throw new FormatException("It has no block."),
            OpenSlot = new Slot(reader.Number()),
            FeesBurnt = new Lamports(reader.Number()),
            LocallyMinted = new Lamports(reader.Number()),
            LocallyDestroyed = new Lamports(reader.Number()),
            Beacons = ValueCodec.Of<ImmutableArray<BeaconEntry>>().Read(reader),
            RecentBlocks = ValueCodec.Of<ImmutableArray<(Slot, Hash)>>().Read(reader),
            SkippedSlots = ValueCodec.Of<ImmutableArray<(Slot, Slot)>>().Read(reader),
            Remembered = ValueCodec.Of<ImmutableArray<RememberedBlock>>().Read(reader),
            Accounts = ReadAccounts(reader),
        });
        reader.Finish();
        return snapshot;
    }

    private static List<(Pubkey Key, StoredAccount Account)> ReadAccounts(StateReader reader)
    {
        var contents = ValueCodec.Of<AccountContent>();
        var count = reader.Count();
        // A damaged count must not reserve memory that the file can't fill.
        var accounts = new List<(Pubkey, StoredAccount)>(Math.Min(count, MaxReservedAccounts));
        for (; count > 0; count--)
        {
            var key = new Pubkey(reader.Hash().Bytes);
            var (lamports, owner, flags) = (new Lamports(reader.Number()), new Pubkey(reader.Hash().Bytes), reader.Byte());
            AccountContent? content;
            if ((flags & 2) != 0)
            {
                var bytes = reader.Sized();
                content = bytes.Length == 0 ? BytesContent.Empty : new BytesContent(ImmutableArray.Create(bytes));
            }
            else
            {
                content = contents.Read(reader);
            }

            accounts.Add((key, new StoredAccount(lamports, owner, content ?? throw new FormatException($"{key} has no content."), (flags & 1) != 0)));
        }

        return accounts;
    }
}

/// <summary>What the bank remembers of one of the last blocks.</summary>
internal readonly record struct RememberedBlock(
    ulong Height, Hash Hash, ImmutableArray<Hash> Messages, ImmutableArray<Signature> Transactions, ImmutableArray<TransactionStatus> Statuses);

/// <summary>A bank's whole state.</summary>
internal sealed record BankState
{
    internal required Block LatestBlock { get; init; }

    internal required Slot OpenSlot { get; init; }

    internal required Lamports FeesBurnt { get; init; }

    internal required Lamports LocallyMinted { get; init; }

    internal required Lamports LocallyDestroyed { get; init; }

    internal required ImmutableArray<BeaconEntry> Beacons { get; init; }

    /// <summary>Slots and hashes, oldest first.</summary>
    internal required ImmutableArray<(Slot Slot, Hash Hash)> RecentBlocks { get; init; }

    /// <summary>The ranges of slots without a block, both ends included.</summary>
    internal required ImmutableArray<(Slot First, Slot Last)> SkippedSlots { get; init; }

    internal required ImmutableArray<RememberedBlock> Remembered { get; init; }

    /// <summary>In no order; they are sorted when they are written.</summary>
    internal required IReadOnlyCollection<(Pubkey Key, StoredAccount Account)> Accounts { get; init; }
}
