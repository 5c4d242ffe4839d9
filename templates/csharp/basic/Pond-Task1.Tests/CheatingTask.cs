using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Submits without having worked: what the audit is there for.</summary>
public sealed class CheatingTask : Pond_Task1Task
{
    public override Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        Task.FromResult<Submission?>(Submission.FromText(new string('0', 64)));
}
