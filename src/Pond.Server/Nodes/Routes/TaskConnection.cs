namespace Pond.Server.Nodes.Routes;

/// <summary>Opens a connection to the HTTP server of a task that runs.</summary>
/// <param name="cancellationToken">Gives up.</param>
/// <returns>A stream of HTTP/1.1, which the caller disposes of.</returns>
/// <exception cref="Primitives.PondException"><c>task-routes-missing</c>: the task does not run, or listens to nobody.</exception>
public delegate ValueTask<Stream> TaskConnection(CancellationToken cancellationToken);
