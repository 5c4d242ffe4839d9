using Pond.Server.Nodes;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>Looks four times a second whether a boxed task takes more than it may.</summary>
/// <remarks>A folder that takes long to measure is measured less often, so that looking takes at most a twentieth of a processor.</remarks>
internal sealed class TaskWatch(int process, string folder, TaskLimits limits, bool countsMemory, TimeProvider time)
{
    private const int ShareOfTime = 20;

    /// <summary>What an entry of a folder counts at least: a file's record on a disk.</summary>
    private const int EntryBytes = 256;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until the task has too much.</summary>
    /// <returns>What, and of it how much.</returns>
    internal async Task<TaskExcess> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var begun = time.GetTimestamp();
            if (Look() is { } excess)
            {
                return excess;
            }

            var pause = time.GetElapsedTime(begun) * ShareOfTime;
            await Task.Delay(pause > Interval ? pause : Interval, time, cancellationToken);
        }
    }

    private TaskExcess? Look()
    {
        var processes = ProcessTree.Of(process);
        if (countsMemory && processes.Sum(ProcessTree.MemoryOf) is var memory && memory > limits.MemoryBytes)
        {
            return new(IsMemory: true, $"memory-exceeded: its processes have {memory} bytes of memory and may have {limits.MemoryBytes}.");
        }

        if (limits.FolderBytes is { } most)
        {
            var size = Measure() + ProcessTree.NamelessBytesOf(processes, folder);
            if (size > most)
            {
                return new(IsMemory: false, $"quota-exceeded: it has {size} bytes in its folder and may have {most}.");
            }
        }

        return null;
    }

    private long Measure()
    {
        try
        {
            return TaskRuntime.MeasureBytes(folder, EntryBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0; // The task changes it just now; the next look sees it.
        }
    }
}

/// <summary>What a task had too much of.</summary>
/// <param name="IsMemory">Memory, and not disk.</param>
/// <param name="Text">For the operator, with its code.</param>
internal sealed record TaskExcess(bool IsMemory, string Text);
