using Microsoft.Extensions.DependencyInjection;
using Pond.Sdk;
using Pond.Sdk.Hosting;

namespace Pond.Simulation.Nodes;

/// <summary>A task's instance, with its services and routes, as its <c>Program.cs</c> makes it.</summary>
internal sealed class MadeTask : IDisposable
{
    private readonly RouteHost? _host;
    private readonly ServiceProvider? _services;

    private MadeTask(PondTask task, VirtualRoutes? routes, RouteHost? host, ServiceProvider? services) =>
        (Task, Routes, _host, _services) = (task, routes, host, services);

    internal PondTask Task { get; }

    /// <summary>What answers requests; null for a task without routes.</summary>
    internal VirtualRoutes? Routes { get; }

    internal static MadeTask Of(Type type, SimulatedContext context, SimulationWorld world)
    {
        if (RouteHost.IsNeededBy(type))
        {
            var routes = new VirtualRoutes();
            var host = RouteHost.Create(routes, Configure);
            return new((PondTask)ActivatorUtilities.CreateInstance(host.Services, type), routes, host, null);
        }

        // Most tasks ask for nothing, and a container for each of ten thousand nodes would cost more than they do.
        if (type.GetConstructor(Type.EmptyTypes) is { } constructor)
        {
            return new((PondTask)constructor.Invoke(null), null, null, null);
        }

        var services = new ServiceCollection();
        Configure(services);
        var provider = services.BuildServiceProvider();
        return new((PondTask)ActivatorUtilities.CreateInstance(provider, type), null, null, provider);

        void Configure(IServiceCollection collection)
        {
            collection.AddSingleton<ITaskContext>(context);
            collection.AddLogging(logging => TaskLoggerProvider.AddTo(logging, context));
            world.Options.ConfigureServices(collection);
        }
    }

    internal async Task StartAsync(ITaskContext context)
    {
        await Task.StartAsync(context, CancellationToken.None);
        if (_host is not null)
        {
            await _host.OpenAsync(Task, context, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        (Task as IDisposable)?.Dispose();
        _services?.Dispose();
        if (_host is not null)
        {
            // It listens nowhere, so there is nothing to wait for.
            _ = _host.DisposeAsync().AsTask();
        }
    }
}
