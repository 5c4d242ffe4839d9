using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Deployment;

/// <summary>Finds the task that somebody means.</summary>
public static class TaskLookup
{
    private const int MaxShown = 5;

    /// <summary>Finds a task by its id, a prefix of it that no other task's id has, or its name; without any, the one that was deployed from a project.</summary>
    /// <param name="client">Asks the ledger.</param>
    /// <param name="text">What the user said; null for nothing.</param>
    /// <param name="project">The folder in which he is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>task-not-found</c>, <c>task-ambiguous</c>, <c>task-unnamed</c>, or the ledger can't be reached.</exception>
    public static async Task<TaskInfo> FindAsync(LedgerClient client, string? text, string project, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return await FindOfProjectAsync(client, project, cancellationToken);
        }

        if (Pubkey.TryParse(text, out var id) && await client.GetTaskAsync(id, Commitment.Confirmed, cancellationToken) is { } exact)
        {
            return exact;
        }

        var tasks = await client.GetTasksAsync(Commitment.Confirmed, cancellationToken);
        ImmutableArray<TaskSummary> named = [.. tasks.Where(task => string.Equals(task.Name, text, StringComparison.OrdinalIgnoreCase))];
        // A task that was updated has left its name to the one in its place.
        named = named.Length > 1 && named.Any(task => !task.IsMigrated) ? [.. named.Where(task => !task.IsMigrated)] : named;
        ImmutableArray<TaskSummary> found = named.Length > 0 ? named : [.. tasks.Where(task => task.Task.ToString().StartsWith(text, StringComparison.Ordinal))];
        return found switch
        {
            [var one] => await client.GetTaskAsync(one.Task, Commitment.Confirmed, cancellationToken) ?? throw NotFound(client, text),
            [] => throw NotFound(client, text),
            _ => throw new PondException(
                "task-ambiguous",
                $"'{text}' means {found.Length} tasks: {string.Join(", ", found.Take(MaxShown).Select(task => $"{task.Task} ({task.Name})"))}{(found.Length > MaxShown ? ", …" : "")}.",
                "Give more of the id."),
        };
    }

    private static async Task<TaskInfo> FindOfProjectAsync(LedgerClient client, string project, CancellationToken cancellationToken)
    {
        foreach (var task in DeploymentJournal.FindTasks(project))
        {
            if (await client.GetTaskAsync(task, Commitment.Confirmed, cancellationToken) is { } deployed)
            {
                return deployed;
            }
        }

        throw new PondException(
            "task-unnamed", $"From {project} no task was deployed to the ledger at {client.Endpoint}, and none was named.", "Name a task's id, the beginning of it, or its name; 'pond task list' shows all.");
    }

    private static PondException NotFound(LedgerClient client, string text) => new(
        "task-not-found", $"The ledger at {client.Endpoint} has no task with this id or name: {text}.", "Look at them all with 'pond task list'.");
}
