using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Stamps;

namespace Pond_Task1;

/// <summary>
/// Serves what is on the ledger by REST, from a cache: <c>/blocks/{slot}</c> and <c>/rounds/{round}</c>. Auditors ask each other for blocks that
/// the beacon draws, have the answers stamped, and compare them with the ledger.
/// </summary>
public class Pond_Task1Task : PondTask
{
    private const int MaxCached = 10_000;
    private const int Questions = 3;
    private const string Serving = "serving";

    private readonly ConcurrentDictionary<Slot, Hash> _blocks = new();

    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/blocks/{slot}", async (ulong slot, ITaskContext task, CancellationToken token) =>
            await ReadBlockAsync(task, new(slot), token) is { } hash ? Results.Json(new { slot, hash = hash.ToString() }) : Results.NotFound());
        routes.MapGet("/rounds/{round}", async (ulong round, ITaskContext task, CancellationToken token) =>
            await task.State.GetRoundAsync(new(round), token) is { } info ? Results.Ok(info) : Results.NotFound());
    }

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.SetAsync($"result-{round.Number}", Serving, cancellationToken);

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } result ? Submission.FromText(result) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        if (candidate.Value != Serving)
        {
            return Verdict.Invalid;
        }

        var task = await round.Task.State.GetTaskAsync(cancellationToken);
        var random = await round.GetAuditRandomAsync(candidate.Submitter, cancellationToken);
        for (var question = 0; question < Questions; question++)
        {
            var slot = task.StartOf(round.Number) + random.NextBelow(task.RoundTime);
            var own = await round.Task.Clock.GetBlockHashAsync(slot, cancellationToken);
            // Who can't be reached throws, which is Abstain.
            var answer = await round.Task.AskAsync(candidate.Submitter, HttpMethod.Get, $"/blocks/{slot}", default, cancellationToken);
            if (!IsRight(answer, slot, own))
            {
                return Verdict.Invalid;
            }
        }

        return Verdict.Valid;
    }

    /// <summary>A block's hash, from the cache or the ledger; null if there is none.</summary>
    protected virtual async Task<Hash?> ReadBlockAsync(ITaskContext task, Slot slot, CancellationToken cancellationToken)
    {
        if (_blocks.TryGetValue(slot, out var known))
        {
            return known;
        }

        var hash = await task.Clock.GetBlockHashAsync(slot, cancellationToken);
        if (hash is { } found)
        {
            if (_blocks.Count >= MaxCached)
            {
                _blocks.Clear();
            }

            _blocks[slot] = found;
        }

        return hash;
    }

    private static bool IsRight(StampedExchange answer, Slot slot, Hash? own) => own is { } hash
        ? answer.Status == StatusCodes.Status200OK
            && Encoding.UTF8.GetString(answer.Body) == JsonSerializer.Serialize(new { slot = slot.Value, hash = hash.ToString() })
        : answer.Status == StatusCodes.Status404NotFound;
}
