using Pond.Primitives;

namespace Pond.Server.LocalNetworks;

/// <summary>What a local network logs. The ids are frozen; a local network's are 3100 to 3199.</summary>
internal static partial class LocalNetworkLog
{
    [LoggerMessage(3100, LogLevel.Error, "{Node} failed and is started again.")]
    internal static partial void NodeFailed(this ILogger logger, Exception exception, string node);

    [LoggerMessage(3101, LogLevel.Information, "{Node} takes part in task {Task}.")]
    internal static partial void TaskStarted(this ILogger logger, string node, Pubkey task);

    [LoggerMessage(3102, LogLevel.Warning, "{Node} can't take part in task {Task}: {Problem}")]
    internal static partial void TaskRefused(this ILogger logger, string node, Pubkey task, string problem);
}
