using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Pond.Primitives.Tasks;
using Pond.Sdk.Stamps;

namespace Pond.Sdk.Testing.Tests;

/// <summary>Submits a text that follows from its round; serves a route, and asks others for it when it audits.</summary>
public class EchoTask : PondTask
{
    public override void MapRoutes(IEndpointRouteBuilder routes) => routes.MapGet("/echo/{text}", (string text) => text);

    public override Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        round.Task.Log.Info($"works on {round.Number}");
        return Task.CompletedTask;
    }

    public override Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        Task.FromResult<Submission?>(Submission.FromText(ResultOf(round)));

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var answer = await round.Task.AskAsync(candidate.Submitter, HttpMethod.Get, "/echo/hello%20you", default, cancellationToken);
        return candidate.Value == ResultOf(round) && System.Text.Encoding.UTF8.GetString(answer.Body) == "hello you"
            ? Verdict.Valid
            : Verdict.Invalid;
    }

    protected static string ResultOf(RoundContext round) => $"echo of round {round.Number}";
}

/// <summary>Submits something else.</summary>
public sealed class LyingEchoTask : EchoTask
{
    public override Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        Task.FromResult<Submission?>(Submission.FromText("a lie"));
}
