using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>What a node logs. The ids are frozen; a node's are 3000 to 3099.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(3000, LogLevel.Information, "Node {StakingKey} takes part in task {Task}; others reach it at {Address}.")]
    internal static partial void Started(this ILogger logger, Pubkey stakingKey, Pubkey task, Uri address);

    [LoggerMessage(3001, LogLevel.Warning, "The task ended: {End} It is started again.")]
    internal static partial void TaskEnded(this ILogger logger, string end);

    [LoggerMessage(3002, LogLevel.Error, "The task is broken and not started again: {End}")]
    internal static partial void TaskBroken(this ILogger logger, string end);

    [LoggerMessage(3003, LogLevel.Warning, "The ledger could not be observed: {Error}")]
    internal static partial void LedgerUnobservable(this ILogger logger, string error);

    [LoggerMessage(3005, LogLevel.Warning, "The task does not answer: {End}")]
    internal static partial void TaskSilent(this ILogger logger, string end);

    [LoggerMessage(3004, LogLevel.Information, "Round {Round}: {Event} {Detail}")]
    internal static partial void Recorded(this ILogger logger, string round, string @event, string detail);
}
