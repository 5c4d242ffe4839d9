using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>A task as a child process.</summary>
internal sealed class ProcessRunner(TaskProcess process) : ITaskRunner
{
    public Task<string> Ended { get; } = DescribeAsync(process);

    // What exit code 1 means in the original.
    public bool HasEndedBroken => process is { Kind: BundleKind.JavaScript, Exited: { IsCompletedSuccessfully: true, Result.Code: 1 } };

    public TaskConnection? Routes => process.ConnectAsync;

    public Task<bool> IsAliveAsync(TimeSpan patience, CancellationToken cancellationToken) => process.IsAliveAsync(patience, cancellationToken);

    public Task<PhaseOutcome> CallAsync(
        TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken) =>
        process.CallAsync(phase, round, isPreviousRoundFailed, cancellationToken);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<string> DescribeAsync(TaskProcess process) => (await process.Exited).ToString();
}
