using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Policies;

namespace Pond_Task1;

/// <summary>
/// Indexes the ledger: in round r, what is in the blocks of round r - 1. The result is a folder with a file for each slot, and auditors recompute
/// some of them, which ones nobody knows before it is submitted.
/// </summary>
public class Pond_Task1Task : PondTask
{
    private const int MaxEntryBytes = 1_000_000;

    // Enough that a cheat of a tenth of the slots passes once in a thousand times, with sixteen auditors of whom a third lie.
    private static readonly SampledRecomputation<string> Audit = new(
        AuditSample.For(cheated: 0.1, miss: 1e-3), AuditPolicy.ExactMatch<string>(StringComparer.Ordinal));

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        if (await SlotsOfAsync(round, cancellationToken) is not { } slots)
        {
            return;
        }

        await WaitForAsync(round.Task, slots.Last, cancellationToken);
        var folder = Path.Combine(round.Task.Folder, $"round-{round.Number}");
        Directory.CreateDirectory(folder);
        for (var index = 0; index < slots.Count; index++)
        {
            var slot = slots.First + (ulong)index;
            await File.WriteAllTextAsync(Path.Combine(folder, NameOf(slot)), await IndexAsync(round.Task, slot, cancellationToken), cancellationToken);
        }

        var cid = await round.Task.Content.AddAsync(folder, $"round {round.Number}", cancellationToken);
        await round.Task.Store.SetAsync($"result-{round.Number}", cid, cancellationToken);
        Directory.Delete(folder, recursive: true);
        round.Task.Log.Info($"Round {round.Number}: indexed the {slots.Count} slots from {slots.First} on.");
    }

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } cid ? Submission.FromText(cid) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        if (await SlotsOfAsync(round, cancellationToken) is not { } slots)
        {
            return Verdict.Invalid;
        }

        return await Audit.JudgeAsync(
            slots.Count,
            (index, token) => ReadAsync(round.Task, candidate, slots.First + (ulong)index, token),
            (index, token) => IndexAsync(round.Task, slots.First + (ulong)index, token),
            await round.GetAuditRandomAsync(candidate.Submitter, cancellationToken),
            cancellationToken);
    }

    /// <summary>What the index says of a slot: the same on every node.</summary>
    protected static async ValueTask<string> IndexAsync(ITaskContext task, Slot slot, CancellationToken cancellationToken)
    {
        if (await task.Clock.GetBlockHashAsync(slot, cancellationToken) is not { } hash)
        {
            return JsonSerializer.Serialize(new { slot = slot.Value, hash = (string?)null, transactions = Array.Empty<string>() });
        }

        var block = await task.Ledger.CallAsync(
            "getBlock", [slot, new { transactionDetails = "signatures", rewards = false, maxSupportedTransactionVersion = 0 }], cancellationToken);
        var transactions = block.TryGetProperty("signatures", out var signatures)
            ? signatures.EnumerateArray().Select(signature => signature.GetString()).ToArray()
            : [];
        return JsonSerializer.Serialize(new { slot = slot.Value, hash = hash.ToString(), transactions });
    }

    /// <summary>The slots that the round indexes; null in round 0, before which there is none.</summary>
    protected static async Task<SlotRange?> SlotsOfAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var task = await round.Task.State.GetTaskAsync(cancellationToken);
        return round.Number.Value == 0 ? null : new SlotRange(task.StartOf(new(round.Number.Value - 1)), checked((int)task.RoundTime));
    }

    /// <summary>The file's name of a slot.</summary>
    protected static string NameOf(Slot slot) => $"{slot}.json";

    private static async ValueTask<AuditedPart<string>?> ReadAsync(
        ITaskContext task, CandidateSubmission candidate, Slot slot, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await task.Content.ReadAllAsync($"{candidate.Value}/{NameOf(slot)}", MaxEntryBytes, cancellationToken);
            return new(System.Text.Encoding.UTF8.GetString(bytes));
        }
        catch (PondException exception) when (exception.Code is "content-missing" or "content-too-large")
        {
            // Proven: the folder has no such entry, or one that can't be right.
            return null;
        }
    }

    private static async Task WaitForAsync(ITaskContext task, Slot slot, CancellationToken cancellationToken)
    {
        while ((await task.Clock.GetLatestBlockAsync(cancellationToken)).Slot < slot)
        {
            // By the task's time, which a simulation makes pass at once.
            await Task.Delay(await task.Clock.GetAverageSlotTimeAsync(cancellationToken), task.Time, cancellationToken);
        }
    }

    /// <summary>Slots in a row.</summary>
    protected sealed record SlotRange(Slot First, int Count)
    {
        /// <summary>The last of them.</summary>
        public Slot Last => First + (ulong)(Count - 1);
    }
}
