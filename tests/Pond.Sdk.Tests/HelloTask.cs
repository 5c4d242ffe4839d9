using Pond.Primitives.Tasks;

namespace Pond.Sdk.Tests;

public sealed class HelloTask : PondTask
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var file = Path.Combine(round.Task.Folder, "result.txt");
        await File.WriteAllTextAsync(file, $"hello, round {round.Number}", cancellationToken);
        var cid = await round.Task.Content.AddAsync(file, $"round {round.Number}", cancellationToken);
        await round.Task.Store.SetAsync($"result-{round.Number}", cid, cancellationToken);
    }

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } cid ? Submission.FromText(cid) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var result = await round.Task.Content.ReadAllAsync(candidate.Value, maxBytes: 1000, cancellationToken);
        return result.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes($"hello, round {round.Number}"))
            ? Verdict.Valid
            : Verdict.Invalid;
    }
}
