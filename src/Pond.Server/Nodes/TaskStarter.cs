using Pond.Primitives;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>Starts a task, the first time or again after it ended.</summary>
/// <param name="services">What the node does for the task.</param>
/// <param name="onLine">Gets each line that the task writes; must not block.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <exception cref="PondException">The task cannot be started.</exception>
public delegate Task<ITaskRunner> TaskStarter(ITaskServices services, Action<string> onLine, CancellationToken cancellationToken);
