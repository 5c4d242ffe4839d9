using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Stamps;

namespace Pond_Task1;

/// <summary>Hosts a web site at <c>/task/{id}/site/</c> of each node. Auditors ask each other for pages, and have the answers stamped.</summary>
public class Pond_Task1Task : PondTask
{
    /// <summary>An answer that takes longer is no service: about 6 seconds on a public network.</summary>
    private const ulong MaxSlots = 15;

    public override void MapRoutes(IEndpointRouteBuilder routes) =>
        routes.MapGet("/site/{**path}", (string? path) => Serve(string.IsNullOrEmpty(path) ? "index.html" : path));

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.SetAsync($"result-{round.Number}", Site.Hash, cancellationToken);

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } hash ? Submission.FromText(hash) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        if (candidate.Value != Site.Hash)
        {
            return Verdict.Invalid;
        }

        var random = await round.GetAuditRandomAsync(candidate.Submitter, cancellationToken);
        var (path, page) = Site.Pages.ElementAt(random.NextBelow(Site.Pages.Count));
        // Who can't be reached throws, which is Abstain: too many of those, and there is no pay.
        var exchange = await round.Task.AskAsync(candidate.Submitter, HttpMethod.Get, $"/site/{path}", default, cancellationToken);
        var report = await round.Task.VerifyAsync(exchange, StampWindow.Any, cancellationToken);
        round.Task.Log.Info($"Round {round.Number}: {candidate.Submitter} served {path} in {report.SlotsTaken} slots.");
        return exchange.Status != StatusCodes.Status200OK || !exchange.Body.AsSpan().SequenceEqual(page) ? Verdict.Invalid
            : report.SlotsTaken > MaxSlots ? Verdict.Abstain
            : Verdict.Valid;
    }

    /// <summary>A page; 404 if there is none.</summary>
    protected virtual IResult Serve(string path) => Site.Pages.TryGetValue(path, out var page)
        ? Results.Bytes(page, TypeOf(path))
        : Results.NotFound();

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        _ => "application/octet-stream",
    };
}
