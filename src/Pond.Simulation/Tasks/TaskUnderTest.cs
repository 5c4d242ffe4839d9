using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Deployment;
using Pond.Simulation.Network;

namespace Pond.Simulation.Tasks;

/// <summary>A task as its author has built it: its code, and what its <c>config-task.yml</c> says.</summary>
/// <param name="Types">Its code.</param>
/// <param name="Config">Its settings; null for a program without any, which gets those of a simulation.</param>
public sealed record TaskUnderTest(TaskTypes Types, TaskConfig? Config)
{
    /// <summary>Where its code asks the real world for what no seed repeats.</summary>
    public ImmutableArray<OutsideUse> OutsideUses { get; } = OutsideUseScan.Read(Types.Assembly);

    /// <summary>Opens a task.</summary>
    /// <param name="program">The folder of its built program, or its assembly.</param>
    /// <param name="config">What its <c>config-task.yml</c> says; null if it has none.</param>
    /// <param name="name">The task's class, where there are several.</param>
    /// <param name="further">Further assemblies with tasks that play against it.</param>
    /// <exception cref="PondException"><c>simulation-unsupported</c>, or as of <see cref="TaskTypes.Load"/>.</exception>
    public static TaskUnderTest Open(string program, TaskConfig? config, string? name, IReadOnlyCollection<string> further)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.EndsWith(".js", StringComparison.Ordinal) || config?.ExecutableNetwork is ExecutableNetworks.Arweave
            ? throw new PondException(
                "simulation-unsupported",
                $"{program} is a JavaScript task, and only .NET tasks are simulated.",
                "Run it on a local network instead: pond up, then pond task deploy.")
            : new TaskUnderTest(TaskTypes.Load(program, name, further), config);
    }

    /// <summary>The options of a simulation of it, with its own windows, bounty, stake and class.</summary>
    public SimulationOptions NewOptions()
    {
        var options = new SimulationOptions().Web(SimulatedWeb.Answer);
        if (Config is not { } config)
        {
            return options;
        }

        options.Class(config.Variables.Contains("class=C", StringComparison.Ordinal) ? TaskClass.Committee : TaskClass.Deterministic);
        options.Money(
            config.BountyPerRound > Lamports.Zero ? config.BountyPerRound : Lamports.FromKoii(10),
            config.MinimumStake > Lamports.Zero ? config.MinimumStake : Lamports.FromKoii(5));
        var windows = new TaskWindows(default, config.RoundTime, config.SubmissionWindow, config.AuditWindow, 1);
        return windows.HaveRoomForAudits && config.SubmissionWindow + config.AuditWindow < config.RoundTime
            ? options.Windows(config.RoundTime, config.SubmissionWindow, config.AuditWindow)
            : options;
    }
}
