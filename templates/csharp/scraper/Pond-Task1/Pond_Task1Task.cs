using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Policies;

namespace Pond_Task1;

/// <summary>Reads a page in each round and submits the CID of what it says. Nobody can read it again as it was then, so a quorum decides.</summary>
public class Pond_Task1Task : PondTask
{
    private const string DefaultUrl = "https://example.org/";

    // Two thirds of those who submitted; where they don't agree, what the auditor reads himself.
    private static readonly AuditPolicy<PageFacts> Audit = AuditPolicy.Quorum<PageFacts>(2, 3).Else(AuditPolicy.ExactMatch<PageFacts>());

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var facts = await ReadPageAsync(round.Task, cancellationToken);
        var file = Path.Combine(round.Task.Folder, $"page-{round.Number}.json");
        await File.WriteAllBytesAsync(file, facts.ToJson(), cancellationToken);
        var cid = await round.Task.Content.AddAsync(file, $"round {round.Number}", cancellationToken);
        await round.Task.Store.SetAsync($"result-{round.Number}", cid, cancellationToken);
        File.Delete(file);
        round.Task.Log.Info($"Round {round.Number}: '{facts.Title}', {facts.Words} words.");
    }

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } cid ? Submission.FromText(cid) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var bytes = await round.Task.Content.ReadAllAsync(candidate.Value, PageFacts.MaxJsonBytes, cancellationToken);
        return PageFacts.Parse(bytes) is { } claimed && claimed.Url == UrlOf(round.Task)
            ? await Audit.JudgeAsync(
                new(claimed, async token => await ReadPageAsync(round.Task, token), await ReadOthersAsync(round, candidate.Submitter, cancellationToken)),
                cancellationToken)
            : Verdict.Invalid;
    }

    protected static string UrlOf(ITaskContext task) => task.Variables.Get("SCRAPER_URL") ?? DefaultUrl;

    private static async Task<PageFacts> ReadPageAsync(ITaskContext task, CancellationToken cancellationToken)
    {
        var url = UrlOf(task);
        using var answer = await task.Web.Http.GetAsync(new Uri(url), cancellationToken);
        // A page that can't be read is no result: the round is left out, and as an auditor this node has no opinion.
        answer.EnsureSuccessStatusCode();
        return PageFacts.Of(url, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>What the others submitted, as far as it can be had; a submission that is none counts as a claim of nothing.</summary>
    private static async Task<ImmutableArray<PageFacts>> ReadOthersAsync(
        RoundContext round, Pubkey candidate, CancellationToken cancellationToken)
    {
        var others = ImmutableArray.CreateBuilder<PageFacts>();
        foreach (var (submitter, submission) in (await round.GetInfoAsync(cancellationToken)).Submissions)
        {
            if (submitter == candidate)
            {
                continue;
            }

            try
            {
                var bytes = await round.Task.Content.ReadAllAsync(submission.Value, PageFacts.MaxJsonBytes, cancellationToken);
                others.Add(PageFacts.Parse(bytes) ?? new("", "", 0, ""));
            }
            catch (PondException)
            {
                // Who can't be heard has no voice.
            }
        }

        return others.ToImmutable();
    }
}
