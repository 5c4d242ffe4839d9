using Microsoft.AspNetCore.Routing;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Policies;

namespace Pond.Sdk;

/// <summary>A task: the work that its creator wants done, and how the nodes that do it check and pay each other.</summary>
/// <remarks>
/// <para>Of the nine functions a task has to write three: the work, what to submit of it, and how to check a stranger's
/// submission. The others have defaults that fit tasks whose accepted submissions are paid equally.</para>
/// <para>A task that answers requests maps routes in <see cref="MapRoutes"/>; they are served at <c>/task/{id}/...</c> of each node's public port.</para>
/// <para>Functions of different rounds, and different functions of one round, run at the same time. Each token is cancelled
/// when the node gives the call up or the task has to exit. An exception ends that one call; it is logged, and the node is told.</para>
/// </remarks>
public abstract class PondTask
{
    /// <summary>How <see cref="GenerateDistributionListAsync"/> divides a round's budget. By default equally.</summary>
    protected virtual DistributionPolicy Distribution => DistributionPolicy.EqualSplit;

    /// <summary>Prepares the task, once per start of its process and before every other function. Does nothing by default.</summary>
    public virtual Task StartAsync(ITaskContext task, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Maps what the task answers to requests from anywhere, by minimal APIs. Called once, after <see cref="StartAsync"/>. Maps nothing by default.</summary>
    /// <remarks>
    /// <para>A route <c>/status</c> is served at <c>/task/{id}/status</c>; a handler gets an <see cref="ITaskContext"/> among its parameters if it asks
    /// for one. WebSockets are accepted by <c>HttpContext.WebSockets</c>. An answer to whoever wants a slot stamp is signed, see
    /// <see cref="Stamps.SlotStamp"/>.</para>
    /// <para>Whoever asks is a stranger: cookies and passwords never arrive, and every input is to be checked.</para>
    /// </remarks>
    /// <param name="routes">Where to map.</param>
    public virtual void MapRoutes(IEndpointRouteBuilder routes)
    {
    }

    /// <summary>Does the round's work and remembers the result in the store: the process may be restarted before it is asked for.</summary>
    public abstract Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken);

    /// <summary>What to submit for the round; null if there is nothing.</summary>
    public abstract Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken);

    /// <summary>Checks what another node has submitted.</summary>
    /// <returns>
    /// Invalid only on proof that anybody else would find too, because it opens an objection. What can't be fetched or run is
    /// Abstain; an exception counts as that.
    /// </returns>
    public abstract Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken);

    /// <summary>Submits. By default passes on what <see cref="FetchSubmissionAsync"/> returns, if anything.</summary>
    public virtual async Task SubmitAsync(RoundContext round, CancellationToken cancellationToken)
    {
        if (await FetchSubmissionAsync(round, cancellationToken) is { } submission)
        {
            await round.Task.Rounds.SubmitAsync(round.Number, submission, cancellationToken);
        }
    }

    /// <summary>Audits the submissions that are this node's duty. By default gives each the verdict of <see cref="ValidateSubmissionAsync"/>.</summary>
    public virtual async Task AuditAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var duties = await round.Task.Rounds.GetAuditDutiesAsync(round.Number, cancellationToken);
        if (duties.IsEmpty)
        {
            return;
        }

        var info = await round.GetInfoAsync(cancellationToken);
        foreach (var candidate in duties)
        {
            var verdict = info.Submissions.TryGetValue(candidate, out var submission)
                ? await JudgeAsync(
                    round,
                    candidate,
                    token => ValidateSubmissionAsync(round, new(candidate, submission.Value, submission.Slot), token),
                    cancellationToken)
                : Verdict.Abstain;
            await round.Task.Rounds.GiveVerdictAsync(round.Number, candidate, verdict, cancellationToken);
        }
    }

    /// <summary>Who gets how much for the round.</summary>
    /// <returns>By default the round's bounty without the auditors' part, divided among all accepted submitters by <see cref="Distribution"/>.</returns>
    /// <remarks>Every node has to come to the same list, so it may rest on nothing but what the ledger says.</remarks>
    public virtual async Task<DistributionList> GenerateDistributionListAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var task = await round.Task.State.GetTaskAsync(cancellationToken);
        var info = await round.GetInfoAsync(cancellationToken);
        return Distribution.Distribute(PaidWork.Of(task, info));
    }

    /// <summary>Submits the distribution list; called on the node that was selected. By default passes on what
    /// <see cref="GenerateDistributionListAsync"/> returns, unless it is empty.</summary>
    public virtual async Task SubmitDistributionListAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var list = await GenerateDistributionListAsync(round, cancellationToken);
        if (list.Count > 0)
        {
            await round.Task.Rounds.SubmitDistributionListAsync(round.Number, list, cancellationToken);
        }
    }

    /// <summary>Checks another node's distribution list. By default it is Valid if it equals one's own.</summary>
    /// <param name="round">The round.</param>
    /// <param name="author">Whose list.</param>
    /// <param name="list">The list; null if what was submitted is no list at all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public virtual async Task<Verdict> ValidateDistributionListAsync(
        RoundContext round, Pubkey author, DistributionList? list, CancellationToken cancellationToken)
    {
        var own = await GenerateDistributionListAsync(round, cancellationToken);
        return own.Equals(list) ? Verdict.Valid : Verdict.Invalid;
    }

    /// <summary>Audits the lists that are this node's duty. By default gives each the verdict of
    /// <see cref="ValidateDistributionListAsync"/>; a list that can't be fetched gets Abstain.</summary>
    public virtual async Task AuditDistributionListAsync(RoundContext round, CancellationToken cancellationToken)
    {
        foreach (var author in await round.Task.Rounds.GetListAuditDutiesAsync(round.Number, cancellationToken))
        {
            var verdict = await JudgeAsync(round, author, token => JudgeListAsync(round, author, token), cancellationToken);
            await round.Task.Rounds.GiveListVerdictAsync(round.Number, author, verdict, cancellationToken);
        }
    }

    private static async Task<Verdict> JudgeAsync(
        RoundContext round, Pubkey judged, Func<CancellationToken, Task<Verdict>> judge, CancellationToken cancellationToken)
    {
        try
        {
            return await judge(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever goes wrong in an auditor accuses nobody.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            round.Task.Log.Error($"Round {round.Number}: no opinion on {judged}: {exception.Message}");
            return Verdict.Abstain;
        }
    }

    private async Task<Verdict> JudgeListAsync(RoundContext round, Pubkey author, CancellationToken cancellationToken)
    {
        if (await round.Task.Rounds.GetDistributionListAsync(round.Number, author, cancellationToken) is not { } text)
        {
            return Verdict.Abstain;
        }

        return await ValidateDistributionListAsync(
            round, author, DistributionList.TryParse(text, out var list) ? list : null, cancellationToken);
    }
}
