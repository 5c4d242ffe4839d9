using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>
/// A token task's account as Koii's clients read it: borsh, exactly as long as its content, maps sorted by the bytes of their keys' texts.
/// </summary>
internal static class TokenTaskImage
{
    /// <summary>The first 32 bytes: flags and name, and as much of what follows as there is room for.</summary>
    internal static Bytes32 Head(TaskState task) => new(new Writer()
        .Flag(task.IsAllowlisted).Flag(task.IsActive).Text(task.Settings.Name).Text(task.Settings.Description).Key(task.Manager)
        .ToImmutable().AsSpan()[..Bytes32.SizeBytes]);

    internal static ImmutableArray<byte> Render(TaskState task)
    {
        var settings = task.Settings;
        var vault = task.Vault ?? throw new ArgumentException("A KOII task has no vault and is written as JSON.", nameof(task));
        return new Writer()
            .Flag(task.IsAllowlisted).Flag(task.IsActive).Text(settings.Name).Text(settings.Description).Key(task.Manager)
            .Text(settings.Executable).Key(task.StakePot).Bytes(vault.Seed.ToArray()).Bytes([vault.Bump])
            .Rounds(task.Rounds, state => state.Submissions, WriteSubmission)
            .Rounds(
                task.Rounds,
                state => state.Submissions.Where(pair => pair.Value.Objection is not null),
                (writer, _, state, pair) => writer.Trigger(
                    pair.Value.Objection!.By, pair.Value.Objection.Slot, TaskImage.VotesOn(pair.Value.Objection.By, pair.Value.Verdicts, state)))
            .Number(task.Bounty.Value).Number(settings.BountyPerRound.Value).Key(vault.Mint)
            .Number(task.TotalStake.Value).Number(settings.MinimumStake.Value)
            .Map(task.Available, (writer, amount) => writer.Number(amount.Value))
            .Map(task.Stakes, (writer, stake) => writer.Number(stake.Amount.Value))
            .Map(task.Addresses, (writer, address) => writer.Text(address))
            .Number(settings.RoundTime).Number(task.Windows.StartingSlot.Value).Number(settings.AuditWindow).Number(settings.SubmissionWindow)
            .Text(settings.ExecutableNetwork)
            .Rounds(task.Rounds, state => state.Lists, WriteList)
            .Rounds(
                task.Rounds,
                state => state.Lists.Where(pair => TaskImage.AccusationOf(pair.Value) is not null),
                (writer, _, state, pair) => WriteListTrigger(writer, state, pair.Value))
            .Records(task.Records)
            .Text(settings.Metadata).Text(settings.Variables).Flag(task.IsMigrated).Text(task.MigratedTo?.ToString() ?? string.Empty)
            .Number(settings.AllowedFailedDistributions)
            .ToImmutable();
    }

    private static void WriteSubmission(Writer writer, Round round, RoundState state, KeyValuePair<Pubkey, SubmissionState> pair) =>
        writer.Text(pair.Value.Value).Number(pair.Value.Slot.Value).Number(round.Value);

    // Clients look for the list in this account: the author's own.
    private static void WriteList(Writer writer, Round round, RoundState state, KeyValuePair<Pubkey, ListState> pair) =>
        writer.Key(pair.Key).Number(pair.Value.Slot.Value).Number(round.Value);

    private static void WriteListTrigger(Writer writer, RoundState state, ListState list)
    {
        var first = TaskImage.AccusationOf(list)!;
        writer.Trigger(first.Voter, first.Slot, TaskImage.VotesOn(first.Voter, list.Verdicts, state));
    }

    private sealed class Writer
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        internal ImmutableArray<byte> ToImmutable() => [.. _bytes.WrittenSpan];

        internal Writer Bytes(ReadOnlySpan<byte> bytes)
        {
            _bytes.Write(bytes);
            return this;
        }

        internal Writer Flag(bool value) => Bytes([value ? (byte)1 : (byte)0]);

        internal Writer Key(Pubkey key) => Bytes(key.ToArray());

        internal Writer Number(ulong value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            return Bytes(bytes);
        }

        internal Writer Text(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            return Count(bytes.Length).Bytes(bytes);
        }

        internal Writer Map<T>(IEnumerable<KeyValuePair<Pubkey, T>> map, Action<Writer, T> write)
        {
            var entries = map.Select(pair => (Key: pair.Key.ToString(), pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
            Count(entries.Count);
            foreach (var (key, value) in entries)
            {
                write(Text(key), value);
            }

            return this;
        }

        internal Writer Rounds<T>(
            ImmutableSortedDictionary<Round, RoundState> rounds,
            Func<RoundState, IEnumerable<KeyValuePair<Pubkey, T>>> select,
            Action<Writer, Round, RoundState, KeyValuePair<Pubkey, T>> write)
        {
            var filled = rounds.Select(pair => (Round: pair.Key, State: pair.Value, Entries: select(pair.Value).ToList()))
                .Where(round => round.Entries.Count > 0).OrderBy(round => round.Round.ToString(), StringComparer.Ordinal).ToList();
            Count(filled.Count);
            foreach (var (round, state, entries) in filled)
            {
                Text(round.ToString()).Map(
                    entries.Select(entry => KeyValuePair.Create(entry.Key, entry)), (writer, entry) => write(writer, round, state, entry));
            }

            return this;
        }

        internal Writer Records(ImmutableSortedDictionary<Round, PayoutRecord> records)
        {
            Count(records.Count);
            foreach (var (round, record) in records.Select(pair => (Round: pair.Key.ToString(), pair.Value)).OrderBy(pair => pair.Round, StringComparer.Ordinal))
            {
                Text(round).Bytes([(byte)record]);
            }

            return this;
        }

        internal void Trigger(Pubkey by, Slot slot, IReadOnlyCollection<GivenVerdict> votes)
        {
            Key(by).Number(slot.Value).Count(votes.Count);
            foreach (var vote in votes)
            {
                Flag(vote.Verdict is Verdict.Valid).Key(vote.Voter).Number(vote.Slot.Value);
            }
        }

        private Writer Count(int count)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)count);
            return Bytes(bytes);
        }
    }
}
