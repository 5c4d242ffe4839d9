using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>
/// A task as Koii's clients read it: compact JSON, keys in the program's order, public keys of values as arrays of bytes, keys of maps as
/// base58 in the order of their texts. A function of the state alone.
/// </summary>
internal static class TaskImage
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Larger images grow their buffer.
    private const ulong MaxSizeHint = 64 << 20;

    private static readonly JsonEncodedText SubmissionValueName = JsonEncodedText.Encode("submission_value");
    private static readonly JsonEncodedText SlotName = JsonEncodedText.Encode("slot");

    /// <summary>The first 32 bytes of a task's image: clients look for tasks by them.</summary>
    internal static Bytes32 Head(TaskState task) => task.IsAllowlisted
        ? new("{\"is_allowlisted\":true,\"is_activ"u8)
        : new("{\"is_allowlisted\":false,\"is_acti"u8);

    internal static ImmutableArray<byte> Render(TaskState task, TaskImageParts parts) => Write(0, writer =>
    {
        var settings = task.Settings;
        writer.WriteBoolean("is_allowlisted", task.IsAllowlisted);
        writer.WriteBoolean("is_active", task.IsActive);
        writer.WriteString("task_name", settings.Name);
        writer.WriteString("task_description", settings.Description);
        WriteKey(writer, "task_manager", task.Manager);
        writer.WriteString("task_audit_program", settings.Executable);
        WriteKey(writer, "stake_pot_account", task.StakePot);
        WriteSubmissions(writer, Select(task, parts, TaskImageParts.Submissions));
        writer.WriteNumber("total_bounty_amount", task.Bounty.Value);
        writer.WriteNumber("bounty_amount_per_round", settings.BountyPerRound.Value);
        writer.WriteNumber("total_stake_amount", task.TotalStake.Value);
        writer.WriteNumber("minimum_stake_amount", settings.MinimumStake.Value);
        WriteMap(
            writer,
            "available_balances",
            parts.HasFlag(TaskImageParts.Balances) ? task.Available : ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
            (name, amount) => writer.WriteNumber(name.Utf8, amount.Value));
        WriteMap(
            writer,
            "stake_list",
            parts.HasFlag(TaskImageParts.Stakes) ? task.Stakes : ImmutableSortedDictionary<Pubkey, StakeEntry>.Empty,
            (name, stake) => writer.WriteNumber(name.Utf8, stake.Amount.Value));
        WriteMap(
            writer,
            "ip_address_list",
            parts.HasFlag(TaskImageParts.Addresses) ? task.Addresses : ImmutableSortedDictionary<Pubkey, string>.Empty,
            (name, address) => writer.WriteString(name.Utf8, address));
        writer.WriteNumber("round_time", settings.RoundTime);
        writer.WriteNumber("starting_slot", task.Windows.StartingSlot.Value);
        writer.WriteNumber("audit_window", settings.AuditWindow);
        writer.WriteNumber("submission_window", settings.SubmissionWindow);
        writer.WriteString("task_executable_network", settings.ExecutableNetwork);
        WriteDistributions(
            writer,
            Select(task, parts, TaskImageParts.Distributions),
            parts.HasFlag(TaskImageParts.Distributions) ? task.Records : ImmutableSortedDictionary<Round, PayoutRecord>.Empty);
        writer.WriteString("task_metadata", settings.Metadata);
        writer.WriteString("task_vars", settings.Variables);
        writer.WriteString("koii_vars", task.KoiiVariables);
        writer.WriteBoolean("is_migrated", task.IsMigrated);
        writer.WriteString("migrated_to", task.MigratedTo?.ToString() ?? string.Empty);
        writer.WriteNumber("allowed_failed_distributions", settings.AllowedFailedDistributions);
    });

    /// <summary>Submissions and their triggers, of one round or of all; null if there is nothing.</summary>
    internal static ImmutableArray<byte>? RenderSubmissions(TaskState task, Round? round)
    {
        var rounds = Of(task, round);
        return rounds.IsEmpty && round is not null ? null : Write(SizeOf(rounds), writer => WriteSubmissions(writer, rounds));
    }

    /// <summary>Lists, their triggers and records, of one round or of all; null if there is nothing.</summary>
    internal static ImmutableArray<byte>? RenderDistributions(TaskState task, Round? round)
    {
        var rounds = Of(task, round);
        var records = round is { } one
            ? task.Records.Where(pair => pair.Key == one).ToImmutableSortedDictionary()
            : task.Records;
        return records.IsEmpty && round is not null ? null : Write(0, writer => WriteDistributions(writer, rounds, records));
    }

    /// <summary>One submission as it stands in the image.</summary>
    internal static string RenderSubmission(SubmissionState submission)
    {
        using var buffer = new PooledBuffer();
        using var writer = new Utf8JsonWriter(buffer, Options);
        WriteSubmission(writer, submission);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.Written);
    }

    private static ImmutableSortedDictionary<Round, RoundState> Select(TaskState task, TaskImageParts parts, TaskImageParts part) =>
        parts.HasFlag(part) ? task.Rounds : ImmutableSortedDictionary<Round, RoundState>.Empty;

    private static ImmutableSortedDictionary<Round, RoundState> Of(TaskState task, Round? round) =>
        round is not { } one
            ? task.Rounds
            : task.Rounds.TryGetValue(one, out var state)
                ? ImmutableSortedDictionary<Round, RoundState>.Empty.Add(one, state)
                : ImmutableSortedDictionary<Round, RoundState>.Empty;

    private static ImmutableArray<byte> Write(ulong sizeHint, Action<Utf8JsonWriter> body)
    {
        using var buffer = new PooledBuffer((int)Math.Min(sizeHint, MaxSizeHint));
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        body(writer);
        writer.WriteEndObject();
        writer.Flush();
        var image = GC.AllocateUninitializedArray<byte>(buffer.Written.Length);
        buffer.Written.CopyTo(image);
        return ImmutableCollectionsMarshal.AsImmutableArray(image);
    }

    // What the program counts for each submission is a little more than it takes here.
    private static ulong SizeOf(ImmutableSortedDictionary<Round, RoundState> rounds)
    {
        var sizeBytes = 0UL;
        foreach (var (_, state) in rounds)
        {
            sizeBytes += state.SubmissionsSizeBytes;
        }

        return sizeBytes;
    }

    private static void WriteSubmissions(Utf8JsonWriter writer, ImmutableSortedDictionary<Round, RoundState> rounds)
    {
        WriteRounds(writer, "submissions", rounds, state => state.Submissions, (text, entry, _) =>
        {
            writer.WritePropertyName(text.Utf8);
            WriteSubmission(writer, entry.Value);
        });
        WriteRounds<SubmissionState>(
            writer,
            "submissions_audit_trigger",
            rounds,
            // A Valid verdict before an objection is nobody's business yet: to Koii's clients a trigger is an accusation.
            state => [.. state.Accused.Select(key => KeyValuePair.Create(key, state.Submissions[key]))],
            (text, entry, state) => WriteTrigger(
                writer, text, entry.Value.Objection!.By, entry.Value.Objection.Slot, entry.Value.Verdicts, state));
    }

    private static void WriteDistributions(
        Utf8JsonWriter writer,
        ImmutableSortedDictionary<Round, RoundState> rounds,
        ImmutableSortedDictionary<Round, PayoutRecord> records)
    {
        WriteRounds(writer, "distribution_rewards_submission", rounds, state => state.Lists, (text, entry, _) =>
        {
            writer.WriteStartObject(text.Utf8);
            // Clients look for the list in this account: the author's own.
            WriteKey(writer, "submission_value", entry.Key);
            writer.WriteNumber("slot", entry.Value.Slot.Value);
            writer.WriteEndObject();
        });
        WriteRounds<ListState>(
            writer,
            "distributions_audit_trigger",
            rounds,
            state => [.. state.Lists.Where(pair => AccusationOf(pair.Value) is not null)],
            (text, entry, state) =>
            {
                var first = AccusationOf(entry.Value)!;
                WriteTrigger(writer, text, first.Voter, first.Slot, entry.Value.Verdicts, state);
            });
        writer.WriteStartObject("distributions_audit_record");
        foreach (var (round, record) in records)
        {
            writer.WriteString(round.ToString(), record.ToString());
        }

        writer.WriteEndObject();
    }

    /// <summary>Who accused a list first, and when.</summary>
    internal static GivenVerdict? AccusationOf(ListState list) =>
        list.Verdicts.InOrder().FirstOrDefault(given => given.Verdict is Verdict.Invalid);

    /// <summary>
    /// The votes that clients see: abstentions have no form there, the accusation is no vote, and keys without a submission have no seat.
    /// </summary>
    internal static IReadOnlyCollection<GivenVerdict> VotesOn(Pubkey accuser, VerdictBook verdicts, RoundState state) =>
        [.. verdicts.InOrder().Where(given =>
            given.Voter != accuser && given.Verdict is not Verdict.Abstain && state.Submissions.ContainsKey(given.Voter))];

    private static void WriteSubmission(Utf8JsonWriter writer, SubmissionState submission)
    {
        writer.WriteStartObject();
        writer.WriteString(SubmissionValueName, submission.Value);
        writer.WriteNumber(SlotName, submission.Slot.Value);
        writer.WriteEndObject();
    }

    private static void WriteTrigger(
        Utf8JsonWriter writer, KeyText accused, Pubkey by, Slot slot, VerdictBook verdicts, RoundState state)
    {
        writer.WriteStartObject(accused.Utf8);
        WriteKey(writer, "trigger_by", by);
        writer.WriteNumber("slot", slot.Value);
        writer.WriteStartArray("votes");
        foreach (var given in VotesOn(by, verdicts, state))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("is_valid", given.Verdict is Verdict.Valid);
            WriteKey(writer, "voter", given.Voter);
            writer.WriteNumber("slot", given.Slot.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRounds<T>(
        Utf8JsonWriter writer,
        string name,
        ImmutableSortedDictionary<Round, RoundState> rounds,
        Func<RoundState, IReadOnlyCollection<KeyValuePair<Pubkey, T>>> select,
        Action<KeyText, KeyValuePair<Pubkey, T>, RoundState> write)
    {
        writer.WriteStartObject(name);
        foreach (var (round, state) in rounds)
        {
            var entries = select(state);
            if (entries.Count == 0)
            {
                continue;
            }

            writer.WriteStartObject(round.ToString());
            foreach (var (text, entry) in TextOrder.Of(entries))
            {
                write(text, entry, state);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteKey(Utf8JsonWriter writer, string name, Pubkey key)
    {
        writer.WriteStartArray(name);
        foreach (var value in key.ToArray())
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }

    private static void WriteMap<T>(
        Utf8JsonWriter writer, string name, IReadOnlyCollection<KeyValuePair<Pubkey, T>> map, Action<KeyText, T> write)
    {
        writer.WriteStartObject(name);
        foreach (var (text, entry) in TextOrder.Of(map))
        {
            write(text, entry.Value);
        }

        writer.WriteEndObject();
    }
}
