using Pond.Primitives;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>Starts a bundle as a process of its kind.</summary>
internal static class TaskRunners
{
    /// <summary>Starts a bundle.</summary>
    /// <exception cref="PondException"><c>bundle-invalid</c>, <c>bundle-unsupported</c>, <c>dotnet-missing</c>, or <c>task-start-failed</c>.</exception>
    internal static async Task<ITaskRunner> StartAsync(TaskProcessOptions options, CancellationToken cancellationToken) =>
        BundleProgram.KindOf(options.Bundle) switch
        {
            BundleKind.Dotnet => new ProcessRunner(await TaskProcess.StartAsync(options, cancellationToken)),
            var kind => throw new PondException(
                "bundle-unsupported", $"This node can't run a {kind} bundle.", "Run it on a node that can, or bundle a published .NET program."),
        };
}
