using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Stamps;

namespace UptimeMonitor;

/// <summary>
/// Watches whether its own nodes can be reached: each round every node asks all others for <c>/status</c>, some times over, and submits their
/// stamped answers. Auditors verify the stamps, so nobody can report an answer that was never given, or given at another time.
/// </summary>
public class UptimeMonitorTask : PondTask
{
    /// <summary>How often each node is asked in a round.</summary>
    private const int Looks = 3;

    /// <summary>The longest report: a hundred nodes, some times over, with answers of some hundred bytes.</summary>
    private const int MaxReportBytes = 4 << 20;

    /// <summary>How far a node's idea of the slot may be from its stamp's.</summary>
    private const ulong MaxSlotsApart = 16;

    private ImmutableSortedDictionary<Pubkey, int> _lastSeen = ImmutableSortedDictionary<Pubkey, int>.Empty;

    /// <inheritdoc/>
    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", async (ITaskContext task, CancellationToken token) =>
            Results.Json(new { slot = (await task.Clock.GetSlotAsync(token)).Value }));
        // For people: how often the others answered in the last round.
        routes.MapGet("/uptime", () => Results.Json(_lastSeen.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value, StringComparer.Ordinal)));
    }

    /// <inheritdoc/>
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var task = round.Task;
        var info = await task.State.GetTaskAsync(cancellationToken);
        var answers = new List<StampedExchange>();
        for (var look = 0; look < Looks; look++)
        {
            await WaitForAsync(task, info.StartOf(round.Number) + (info.RoundTime * (ulong)look / (Looks + 1)), cancellationToken);
            foreach (var peer in await task.Peers.GetAsync(cancellationToken))
            {
                if (await TryAskAsync(task, peer.StakingKey, cancellationToken) is { } answer)
                {
                    answers.Add(answer);
                }
            }
        }

        // Only what an auditor accepts goes into the report: who passes on another's wrong or late answer would answer for it.
        var verdicts = await JudgeAsync(round, task.Identity.StakingKey, answers, cancellationToken);
        answers = [.. answers.Where((_, index) => verdicts[index] is Verdict.Valid)];
        _lastSeen = answers.CountBy(answer => answer.Server).ToImmutableSortedDictionary();
        var file = Path.Combine(task.Folder, string.Create(CultureInfo.InvariantCulture, $"report-{round.Number}"));
        await File.WriteAllLinesAsync(file, answers.Select(answer => Encoding.UTF8.GetString(answer.ToJson())), cancellationToken);
        var cid = await task.Content.AddAsync(file, $"round {round.Number}", cancellationToken);
        File.Delete(file);
        await task.Store.SetAsync(KeyOf(round.Number), cid, cancellationToken);
        task.Log.Info($"Round {round.Number}: {answers.Count} answers of {_lastSeen.Count} nodes.");
    }

    /// <inheritdoc/>
    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync(KeyOf(round.Number), cancellationToken) is { } cid ? Submission.FromText(cid) : null;

    /// <inheritdoc/>
    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var lines = Encoding.UTF8.GetString(await round.Task.Content.ReadAllAsync(candidate.Value, MaxReportBytes, cancellationToken))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var answers = new List<StampedExchange>();
        foreach (var line in lines)
        {
            if (!StampedExchange.TryParse(Encoding.UTF8.GetBytes(line), out var answer))
            {
                return Verdict.Invalid;
            }

            answers.Add(answer);
        }

        var verdicts = await JudgeAsync(round, candidate.Submitter, answers, cancellationToken);
        return verdicts.Contains(Verdict.Invalid) ? Verdict.Invalid : verdicts.Contains(Verdict.Abstain) ? Verdict.Abstain : Verdict.Valid;
    }

    /// <summary>Judges each answer that a node reports.</summary>
    private static async Task<ImmutableArray<Verdict>> JudgeAsync(
        RoundContext round, Pubkey reporter, List<StampedExchange> answers, CancellationToken cancellationToken)
    {
        var info = await round.Task.State.GetTaskAsync(cancellationToken);
        // A slow machine may end its last question in the round's submission window; who began before the round cheats.
        var window = StampWindow.Of(info, round.Number) with { Until = info.Windows.LastSubmission(round.Number) };
        var reports = await round.Task.VerifyAllAsync(answers, window, cancellationToken);
        return
        [
            .. answers.Select((answer, index) => answer.Request.Asker == reporter && answer.Server != reporter && IsRight(answer)
                ? reports[index].Verdict
                : Verdict.Invalid),
        ];
    }

    /// <summary>What a node that is up answers: the slot in which it lives.</summary>
    private static bool IsRight(StampedExchange answer)
    {
        try
        {
            return answer.Status == StatusCodes.Status200OK
                && JsonNode.Parse(answer.Body)?["slot"]?.GetValue<ulong>() is { } slot
                && Math.Max(slot, answer.Stamp.Block.Slot.Value) - Math.Min(slot, answer.Stamp.Block.Slot.Value) <= MaxSlotsApart;
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string KeyOf(Round round) => string.Create(CultureInfo.InvariantCulture, $"report-{round}");

    private static async Task<StampedExchange?> TryAskAsync(ITaskContext task, Pubkey peer, CancellationToken cancellationToken)
    {
        try
        {
            return await task.AskAsync(peer, HttpMethod.Get, "/status", default, cancellationToken);
        }
        catch (PondException exception)
        {
            // That is what this task is for: it is down, or answers wrongly.
            task.Log.Info($"{peer} does not answer: {exception.Code}");
            return null;
        }
    }

    private static async Task WaitForAsync(ITaskContext task, Slot slot, CancellationToken cancellationToken)
    {
        while (await task.Clock.GetSlotAsync(cancellationToken) is var now && now < slot)
        {
            await Task.Delay((slot - now) * await task.Clock.GetAverageSlotTimeAsync(cancellationToken), TimeProvider.System, cancellationToken);
        }
    }
}
