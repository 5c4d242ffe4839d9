using Pond.Simulation;

namespace Pond.Sdk.Testing;

/// <content>Networks that are only simulated.</content>
public sealed partial class TaskNetwork
{
    /// <summary>
    /// Simulates a whole network that runs a task: the ledger, the nodes and the task's own code in this process, on virtual time, with as many
    /// liars, absentees and crashes as a test wants. Hundreds of rounds take seconds, and the same seed gives the same ones on every machine.
    /// </summary>
    /// <typeparam name="TTask">The task; with a constructor without arguments, or one that asks for <see cref="ITaskContext"/> and loggers.</typeparam>
    /// <param name="configure">What is simulated.</param>
    /// <example><code>TaskNetwork.Simulate&lt;MyTask&gt;(o =&gt; o.Nodes(20).Liar(3).Seed(7)).AssertHonestWins();</code></example>
    public static SimulationResult Simulate<TTask>(Action<SimulationOptions> configure)
        where TTask : PondTask
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SimulationOptions();
        configure(options);
        return TaskSimulation.Run<TTask>(options);
    }
}
