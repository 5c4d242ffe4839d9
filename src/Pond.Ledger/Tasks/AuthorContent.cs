using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Pond.Ledger.Accounts;

namespace Pond.Ledger.Tasks;

/// <summary>
/// The distribution lists that a key has uploaded, in its own account and as Koii's program writes them: bincode (counts and lengths as u64) of a map from
/// rounds to a map from tasks to texts. It holds what the rounds hold, for as long as they do.
/// </summary>
/// <param name="PaidSizeBytes">
/// The size of the account that was created: what rent is due for. A round's lists take the task's space; a wallet must not run out of rent because its
/// owner is chosen to write a long one.
/// </param>
/// <param name="Lists">The lists by round and task.</param>
/// <param name="History">A hash over all that has happened to them, in order.</param>
internal sealed record AuthorContent(
    ulong PaidSizeBytes,
    ImmutableSortedDictionary<Round, ImmutableSortedDictionary<Pubkey, ListUpload>> Lists,
    Hash History) : AccountContent
{
    private static readonly ImmutableSortedDictionary<Pubkey, ListUpload> NoTasks = ImmutableSortedDictionary<Pubkey, ListUpload>.Empty;

    internal override bool IsEmpty => false;

    internal override ulong SizeBytes => PaidSizeBytes;

    internal override Hash Digest() => History;

    internal override Bytes32? Head
    {
        get
        {
            // A round and a task are in it, so there are more than 32 bytes before the first text.
            var start = new ArrayBufferWriter<byte>();
            var (round, tasks) = Lists.First();
            WriteNumber(start, (ulong)Lists.Count);
            WriteText(start, round.ToString());
            WriteNumber(start, (ulong)tasks.Count);
            WriteText(start, tasks.Keys.First().ToString());
            return new(start.WrittenSpan[..Bytes32.SizeBytes]);
        }
    }

    /// <summary>An account's content as one that lists can be written to; null if it holds something else.</summary>
    internal static AuthorContent? Of(AccountContent content) => content switch
    {
        AuthorContent author => author,
        // Zeros are an empty map already.
        BytesContent { IsAllZero: true } bytes => new(bytes.SizeBytes, ImmutableSortedDictionary<Round, ImmutableSortedDictionary<Pubkey, ListUpload>>.Empty, default),
        _ => null,
    };

    /// <summary>Writes what there is of a list, in place of what there was.</summary>
    internal AuthorContent With(Round round, Pubkey task, ListUpload list) =>
        new(PaidSizeBytes, Lists.SetItem(round, Lists.GetValueOrDefault(round, NoTasks).SetItem(task, list)), HistoryWith(round, task, list.History));

    /// <summary>Takes a list out; with the last one the account is what it was before the first.</summary>
    internal AccountContent Without(Round round, Pubkey task)
    {
        var tasks = Lists.GetValueOrDefault(round, NoTasks).Remove(task);
        var lists = tasks.IsEmpty ? Lists.Remove(round) : Lists.SetItem(round, tasks);
        return lists.IsEmpty
            ? new BytesContent(ImmutableCollectionsMarshal.AsImmutableArray(new byte[PaidSizeBytes]))
            : new AuthorContent(PaidSizeBytes, lists, HistoryWith(round, task, default));
    }

    internal override ImmutableArray<byte> Render(Slot slot)
    {
        var bytes = new ArrayBufferWriter<byte>();
        WriteNumber(bytes, (ulong)Lists.Count);
        foreach (var (round, tasks) in Lists)
        {
            WriteText(bytes, round.ToString());
            WriteNumber(bytes, (ulong)tasks.Count);
            foreach (var (task, list) in tasks)
            {
                WriteText(bytes, task.ToString());
                WriteText(bytes, list.ToTextSoFar());
            }
        }

        return [.. bytes.WrittenSpan];
    }

    private Hash HistoryWith(Round round, Pubkey task, Hash list)
    {
        Span<byte> input = stackalloc byte[Hash.SizeBytes + sizeof(ulong) + Pubkey.SizeBytes + Hash.SizeBytes];
        History.CopyTo(input);
        BinaryPrimitives.WriteUInt64LittleEndian(input[Hash.SizeBytes..], round.Value);
        task.CopyTo(input[(Hash.SizeBytes + sizeof(ulong))..]);
        list.CopyTo(input[^Hash.SizeBytes..]);
        return new(SHA256.HashData(input));
    }

    private static void WriteNumber(ArrayBufferWriter<byte> bytes, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.GetSpan(sizeof(ulong)), number);
        bytes.Advance(sizeof(ulong));
    }

    private static void WriteText(ArrayBufferWriter<byte> bytes, string text)
    {
        WriteNumber(bytes, (ulong)System.Text.Encoding.UTF8.GetByteCount(text));
        bytes.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }
}
