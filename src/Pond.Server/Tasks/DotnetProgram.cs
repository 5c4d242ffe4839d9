using System.Globalization;
using Pond.Contracts.Tasks;
using Pond.Server.Tasks.Namespace;

namespace Pond.Server.Tasks;

/// <summary>A published .NET program on the SDK's host.</summary>
internal sealed class DotnetProgram(TaskProcessOptions options) : TaskProgram
{
    private readonly string _entry = BundleProgram.FindEntry(options.Bundle);

    internal override BundleKind Kind => BundleKind.Dotnet;

    internal override string Executable => DotnetHost.Executable;

    internal override Task<TaskEndpoint> OpenAsync(string channel, string secret, TaskEvents events, CancellationToken cancellationToken) =>
        TaskEndpoint.StartAsync(
            Path.Combine(channel, "node"),
            secret,
            options,
            new NamespaceMethods(options, events.Ready, events.PhaseCompleted, events.Notice),
            cancellationToken);

    internal override IEnumerable<string> Arguments(TaskPlaces places, string secret) =>
        [Path.GetFullPath(Path.Combine(places.Bundle, _entry))];

    internal override void SetEnvironment(IDictionary<string, string?> environment, TaskPlaces places, string secret)
    {
        environment["LANG"] = "C.UTF-8";
        environment["DOTNET_ROOT"] = DotnetHost.Root;
        // A task starts often and runs briefly: no debugger's socket, no instrumented code, no thread of its own for the collector.
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_TieredPGO"] = "0";
        environment["DOTNET_gcConcurrent"] = "0";
        if (options.HeapBytes is { } limit)
        {
            environment["DOTNET_GCHeapHardLimit"] = limit.ToString("x", CultureInfo.InvariantCulture);
        }

        environment[TaskChannel.SocketVariable] = Path.Combine(places.Channel, "node");
        environment[TaskChannel.SecretVariable] = secret;
        environment[TaskChannel.TaskVariable] = options.Services.Task.ToString();
        environment[TaskChannel.StakingKeyVariable] = options.Services.StakingKey.ToString();
        environment[TaskChannel.FolderVariable] = places.Folder;
    }
}
