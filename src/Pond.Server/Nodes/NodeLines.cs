using System.Collections.Concurrent;
using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>What each task wrote last, for its operator. In memory: a task's folder is its own, and a link in the place of its log could show other files.</summary>
internal sealed class NodeLines
{
    /// <summary>How many lines of a task are kept.</summary>
    internal const int MaxLines = 1_000;

    private readonly ConcurrentDictionary<Pubkey, Queue<string>> _tasks = new();

    internal void Add(Pubkey task, string line)
    {
        var lines = _tasks.GetOrAdd(task, _ => new());
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > MaxLines)
            {
                lines.Dequeue();
            }
        }
    }

    /// <summary>The last lines of a task, oldest first.</summary>
    internal IReadOnlyList<string> Read(Pubkey task, int count)
    {
        if (!_tasks.TryGetValue(task, out var lines))
        {
            return [];
        }

        lock (lines)
        {
            return [.. lines.TakeLast(Math.Clamp(count, 0, MaxLines))];
        }
    }
}
