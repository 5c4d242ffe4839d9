using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>A task as a child process.</summary>
internal sealed class ProcessRunner(TaskProcess process) : ITaskRunner
{
    public Task<string> Ended { get; } = DescribeAsync(process);

    public TaskConnection? Routes => process.ConnectAsync;

    public Task<PhaseOutcome> CallAsync(
        TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken) =>
        process.CallAsync(phase, round, isPreviousRoundFailed, cancellationToken);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static async Task<string> DescribeAsync(TaskProcess process) => (await process.Exited).ToString();
}
