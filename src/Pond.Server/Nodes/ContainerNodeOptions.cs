using System.Collections.Immutable;
using System.Net;
using Pond.Primitives;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Nodes;

/// <summary>What a <see cref="ContainerNode"/> is started with besides its folder.</summary>
public sealed record ContainerNodeOptions
{
    /// <summary>The environment file; null for <c>.env.local</c>, <c>.env-local</c> or <c>.env</c> in the folder.</summary>
    public string? EnvironmentFile { get; init; }

    /// <summary>Where the public port listens. Default loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The public port; null for the one that the environment names. 0 for any free one.</summary>
    public int? Port { get; init; }

    /// <summary>The operator's port, on loopback alone; null for the one that the environment names. 0 for any free one.</summary>
    public int? OperatorPort { get; init; }

    /// <summary>Gets the passphrase of the key store at a path. Default: there is none to get.</summary>
    public Func<string, string> ReadPassphrase { get; init; } = path => throw new PondException(
        "passphrase-missing", $"{path} is a key store, and nobody knows its passphrase.", "Set POND_PASSPHRASE or POND_PASSPHRASE_FILE.");

    /// <summary>Whether the JavaScript tasks of the environment file get their staking keys without being agreed to one by one. Default false.</summary>
    public bool GivesStakingKeys { get; init; }

    /// <summary>Gateways to get content from besides the tasks' other nodes; what they give is checked. Empty for the usual public ones.</summary>
    public ImmutableArray<Uri> Gateways { get; init; } = [];

    /// <summary>The box for the tasks; null runs them with the node's own rights.</summary>
    public required TaskSandbox? Sandbox { get; init; }

    /// <summary>Why there is no box; then only the tasks in <see cref="Unboxed"/> are run. Null where all tasks are trusted. Default null.</summary>
    public string? SandboxProblem { get; init; }

    /// <summary>The tasks that run without a box, besides those that the environment names: their ids, or <c>all</c>.</summary>
    public ImmutableArray<string> Unboxed { get; init; } = [];

    /// <summary>What each boxed task may take of the machine.</summary>
    public TaskLimits Limits { get; init; } = new();

    /// <summary>Whether tasks may ask the web through the node.</summary>
    public bool AllowsWeb { get; init; }
}
