using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Nodes;

/// <summary>A task inside the test's process: its result is a file in the content store, which auditors fetch from its author's gateway.</summary>
internal sealed class FakeRunner(ITaskServices services, HttpClient http, string folder, bool isLiar) : ITaskRunner
{
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Ended => _ended.Task;

    /// <summary>Ends as a crash does.</summary>
    internal void Crash() => _ended.TrySetResult("It crashed.");

    public ValueTask DisposeAsync()
    {
        Crash();
        return ValueTask.CompletedTask;
    }

    public async Task<PhaseOutcome> CallAsync(
        TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken)
    {
        if (Ended.IsCompleted)
        {
            return new(false, await Ended);
        }

        await (phase switch
        {
            TaskPhase.Execute => WorkAsync(round, cancellationToken),
            TaskPhase.Submit => SubmitAsync(round, cancellationToken),
            TaskPhase.Audit => AuditAsync(round, cancellationToken),
            TaskPhase.Distribute => DistributeAsync(round, cancellationToken),
            _ => AuditListsAsync(round, cancellationToken),
        });
        return new(true, null);
    }

    private static string ResultOf(Round round) => $"result of round {round}";

    private async Task WorkAsync(Round round, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"{services.StakingKey}-{round}");
        await File.WriteAllTextAsync(path, isLiar ? "a lie" : ResultOf(round), cancellationToken);
        await services.SetValueAsync($"{round}", await services.AddContentAsync(path, $"round {round}", cancellationToken), cancellationToken);
    }

    private async Task SubmitAsync(Round round, CancellationToken cancellationToken) =>
        await services.SubmitAsync(round, (await services.GetValueAsync($"{round}", cancellationToken))!, cancellationToken);

    private async Task AuditAsync(Round round, CancellationToken cancellationToken)
    {
        var addresses = (await services.GetTaskAsync(cancellationToken)).Addresses;
        var submissions = (await services.GetRoundAsync(round, cancellationToken))!.Submissions;
        foreach (var candidate in await services.GetAuditDutiesAsync(round, cancellationToken))
        {
            var text = await http.GetStringAsync(
                new Uri($"{addresses[candidate]}/ipfs/{submissions[candidate].Value}"), cancellationToken);
            var isRight = string.Equals(text, ResultOf(round), StringComparison.Ordinal);
            await services.GiveVerdictAsync(
                round, candidate, isRight != isLiar ? Verdict.Valid : Verdict.Invalid, cancellationToken);
        }
    }

    private async Task DistributeAsync(Round round, CancellationToken cancellationToken) =>
        await services.SubmitDistributionListAsync(round, await WriteListAsync(round, cancellationToken), cancellationToken);

    private async Task AuditListsAsync(Round round, CancellationToken cancellationToken)
    {
        foreach (var author in await services.GetListAuditDutiesAsync(round, cancellationToken))
        {
            var isRight = string.Equals(
                await services.GetDistributionListAsync(round, author, cancellationToken),
                await WriteListAsync(round, cancellationToken),
                StringComparison.Ordinal);
            await services.GiveListVerdictAsync(round, author, isRight ? Verdict.Valid : Verdict.Invalid, cancellationToken);
        }
    }

    private async Task<string> WriteListAsync(Round round, CancellationToken cancellationToken)
    {
        var task = await services.GetTaskAsync(cancellationToken);
        var accepted = (await services.GetRoundAsync(round, cancellationToken))!.Outcomes
            .Where(pair => pair.Value is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited).Select(pair => pair.Key).ToList();
        var part = (task.BountyPerRound - task.AuditPayPerRound).SplitEqually(accepted.Count).Part;
        return JsonSerializer.Serialize(accepted.ToDictionary(key => key.ToString(), _ => part.Value, StringComparer.Ordinal));
    }
}
