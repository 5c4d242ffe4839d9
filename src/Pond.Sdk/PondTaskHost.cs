using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pond.Primitives;
using Pond.Sdk.Hosting;

namespace Pond.Sdk;

/// <summary>Runs a task as the child process of a node: the whole of a task's <c>Program.cs</c>.</summary>
/// <example><code>return await PondTaskHost.RunAsync&lt;MyTask&gt;(args);</code></example>
public static class PondTaskHost
{
    private const int Failed = 1;
    private const int WrongUse = 2;

    /// <summary>Runs the task until its node asks it to exit.</summary>
    /// <param name="args">The program's arguments; none is used today.</param>
    /// <returns>The exit code: 0 after an ordinary end, 1 if the task could not be set up, 2 if no node started it.</returns>
    public static Task<int> RunAsync<TTask>(string[] args)
        where TTask : PondTask => RunAsync<TTask>(args, static _ => { });

    /// <summary>Runs the task, whose constructor gets its arguments from services, until its node asks it to exit.</summary>
    /// <param name="args">The program's arguments; none is used today.</param>
    /// <param name="configure">
    /// Adds the task's services. <see cref="ITaskContext"/> and <see cref="ILogger{TCategoryName}"/>, whose lines reach the task's log, are there already.
    /// </param>
    /// <returns>The exit code: 0 after an ordinary end, 1 if the task could not be set up, 2 if no node started it.</returns>
    public static async Task<int> RunAsync<TTask>(string[] args, Action<IServiceCollection> configure)
        where TTask : PondTask
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(configure);
        if (ChannelSettings.TakeFromEnvironment() is not { } settings)
        {
            await Console.Error.WriteLineAsync("This is a Pond task. A task node starts it; on its own it has nothing to do.");
            await Console.Error.WriteLineAsync("Deploy it to a local network to see it work.");
            return WrongUse;
        }

        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stop));
        // Ctrl-C in the node's terminal reaches its children too; but it is the node that says when they end.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var node = new NodeConnection(settings);
        using var context = new NodeTaskContext(settings, node);
        try
        {
            await RunAsync<TTask>(context, node, services => Configure(services, context, configure), stop.Token);
            return 0;
        }
#pragma warning disable CA1031 // The outermost loop of the process: the last words go to the node's log.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync(exception.ToString());
            if (exception is PondException { Fix: var fix })
            {
                await Console.Error.WriteLineAsync(fix);
            }

            return Failed;
        }
    }

    private static async Task RunAsync<TTask>(
        NodeTaskContext context, NodeConnection node, Action<IServiceCollection> configure, CancellationToken cancellationToken)
        where TTask : PondTask
    {
        if (RouteHost.IsNeededBy(typeof(TTask)))
        {
            await using var routes = RouteHost.Create(context, configure);
            var task = ActivatorUtilities.CreateInstance<TTask>(routes.Services);
            await new PhaseLoop(
                task, context, node, TimeProvider.System, token => routes.OpenAsync(task, context, token))
                .RunAsync(Console.OpenStandardInput(), cancellationToken);
        }
        else
        {
            var services = new ServiceCollection();
            configure(services);
            await using var provider = services.BuildServiceProvider();
            var task = ActivatorUtilities.CreateInstance<TTask>(provider);
            await new PhaseLoop(task, context, node, TimeProvider.System).RunAsync(Console.OpenStandardInput(), cancellationToken);
        }
    }

    private static void Configure(IServiceCollection services, NodeTaskContext context, Action<IServiceCollection> configure)
    {
        services.AddSingleton<ITaskContext>(context);
        services.AddLogging(logging => TaskLoggerProvider.AddTo(logging, context.Log));
        configure(services);
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
