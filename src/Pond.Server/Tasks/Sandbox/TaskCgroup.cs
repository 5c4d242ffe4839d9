using System.Globalization;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>The control groups of one task, of version 1 or 2, where this process may make them: memory, processes, processors.</summary>
internal sealed class TaskCgroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    private const int PeriodMicroseconds = 100_000;

    private static readonly Lock Gate = new();
    private static readonly List<string> ToBeRemoved = [];
    private static int _last;

    private readonly List<string> _folders = [];

    private TaskCgroup()
    {
    }

    /// <summary>The files into which a process writes 0 to join.</summary>
    internal IEnumerable<string> Entrances => _folders.Select(folder => Path.Combine(folder, "cgroup.procs"));

    /// <summary>Whether the kernel keeps the bound on memory; else somebody has to look.</summary>
    internal bool BoundsMemory { get; private set; }

    /// <summary>Whether the kernel keeps the processors free for others; else niceness has to do.</summary>
    internal bool BoundsProcessors { get; private set; }

    /// <summary>Makes the groups of a task. What can't be had on this machine is left out; there may be nothing.</summary>
    internal static TaskCgroup Make(TaskLimits limits)
    {
        var group = new TaskCgroup();
        lock (Gate)
        {
            ToBeRemoved.RemoveAll(TryRemove);
            var name = $"pond-{Environment.ProcessId}-{++_last}";
            var places = ReadPlaces();
            var isUnified = File.Exists(Path.Combine(Root, "cgroup.controllers"));
            var isMade = isUnified
                ? places.TryGetValue("", out var own) && (group.TryMakeUnified(own, name, limits) || group.TryMakeUnified(Path.GetDirectoryName(own)!, name, limits))
                : group.TryMakeEach(places, name, limits);
            if (!isMade)
            {
                group.Dispose();
            }
        }

        return group;
    }

    /// <summary>Whether the kernel has ended a process of the task because there was no more memory for it.</summary>
    internal bool HasRunOutOfMemory()
    {
        foreach (var file in _folders.SelectMany(folder => (string[])[Path.Combine(folder, "memory.oom_control"), Path.Combine(folder, "memory.events")]))
        {
            try
            {
                if (File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal) && line is not "oom_kill 0"))
                {
                    return true;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It says nothing.
            }
        }

        return false;
    }

    /// <summary>Takes the groups away; their processes must have ended.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            // What is not quite empty yet goes when the next one is made.
            ToBeRemoved.AddRange(_folders.Where(folder => !TryRemove(folder)));
            _folders.Clear();
        }
    }

    // "" is version 2's; those of version 1 are named by their controllers. A container may be shown paths that only its host has.
    private static Dictionary<string, string> ReadPlaces()
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var line in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3))
            {
                foreach (var controller in line[1].Split(','))
                {
                    var root = Path.Combine(Root, controller);
                    var own = root + line[2].TrimEnd('/');
                    places[controller] = Directory.Exists(own) ? own : root;
                }
            }
        }
        catch (IOException)
        {
            // No cgroups at all.
        }

        return places;
    }

    private bool TryMakeEach(Dictionary<string, string> places, string name, TaskLimits limits)
    {
        var memory = Number(limits.MemoryBytes);
        BoundsMemory = places.TryGetValue("memory", out var place) && TryMake(Path.Combine(place, name), ("memory.limit_in_bytes", memory), ("memory.memsw.limit_in_bytes?", memory));
        BoundsProcessors = places.TryGetValue("cpu", out place) && TryMake(
            Path.Combine(place, name),
            // However many threads a task has, its group weighs as much as one of everybody else's.
            limits.Processors is { } processors ? [("cpu.cfs_quota_us", Number((long)(processors * PeriodMicroseconds)))] : []);
        return (places.TryGetValue("pids", out place) && TryMake(Path.Combine(place, name), ("pids.max", Number(limits.Processes)))) || _folders.Count > 0;
    }

    private bool TryMakeUnified(string parent, string name, TaskLimits limits)
    {
        if (!parent.StartsWith(Root, StringComparison.Ordinal))
        {
            return false;
        }

        // The node's own group has processes in it, and such a one gives its controllers to no group below it; then it is done beside it.
        var control = Path.Combine(parent, "cgroup.subtree_control");
        _ = TryWrite(control, "+memory +pids +cpu");
        BoundsMemory = BoundsProcessors = TryMake(
            Path.Combine(parent, name),
            ("memory.max", Number(limits.MemoryBytes)),
            ("memory.swap.max?", "0"),
            ("pids.max", Number(limits.Processes)),
            ("cpu.max?", limits.Processors is { } processors ? $"{Number((long)(processors * PeriodMicroseconds))} {PeriodMicroseconds}" : "max"));
        return BoundsMemory;
    }

    /// <summary>Makes a group and sets it; settings whose name ends in ? may be missing.</summary>
    private bool TryMake(string folder, params (string Name, string Value)[] settings)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        if (settings.All(setting => TryWrite(Path.Combine(folder, setting.Name.TrimEnd('?')), setting.Value) || setting.Name.EndsWith('?')))
        {
            _folders.Add(folder);
            return true;
        }

        TryRemove(folder);
        return false;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool TryWrite(string file, string text)
    {
        try
        {
            if (!File.Exists(file))
            {
                return false;
            }

            File.WriteAllText(file, text);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
