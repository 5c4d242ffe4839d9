using System.Diagnostics;
using System.Security.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Sdk;

namespace Pond.Simulation.Tests;

#pragma warning disable RS0030 // What is banned is what the scan is to find.
#pragma warning disable MA0166, MA0011

/// <summary>Uses everything that no seed repeats.</summary>
public sealed class OutsideWorldTask : PondTask
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.Zero, cancellationToken);
        await Task.Delay(TimeSpan.Zero, round.Task.Time, cancellationToken);
        round.Task.Log.Info($"{DateTime.UtcNow} {Guid.NewGuid()} {Stopwatch.GetTimestamp()} {Environment.TickCount64}");
    }

    public override Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var bytes = RandomNumberGenerator.GetBytes(4);
        return Task.FromResult<Submission?>(Submission.FromText($"{Random.Shared.Next()} {bytes.Length} {client.Timeout}"));
    }

    public override Task<Verdict> ValidateSubmissionAsync(RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        Func<DateTimeOffset> now = () => DateTimeOffset.Now;
        Thread.Sleep(0);
        return Task.FromResult(now() > DateTimeOffset.MinValue ? Verdict.Valid : Verdict.Abstain);
    }
}
