using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Testing;

/// <summary>What a <see cref="TaskNetwork"/> is started with. Each method changes it and returns it.</summary>
public sealed class TaskNetworkOptions
{
    private const int MaxNodes = 50;

    internal int HonestNodes { get; private set; } = 5;

    internal ImmutableArray<Type> Others { get; private set; } = [];

    internal TimeSpan Slot { get; private set; } = TimeSpan.FromMilliseconds(100);

    internal (ulong Round, ulong Submission, ulong Audit) Windows { get; private set; } = (60, 20, 16);

    internal TaskClass TaskClass { get; private set; } = TaskClass.Deterministic;

    internal Lamports Bounty { get; private set; } = Lamports.FromKoii(10);

    internal ImmutableDictionary<string, string> Variables { get; private set; } = ImmutableDictionary<string, string>.Empty;

    internal bool IsBoxed { get; private set; } = true;

    internal bool AllowsWeb { get; private set; }

    /// <summary>How many nodes run the task as it is. Default 5.</summary>
    public TaskNetworkOptions Nodes(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxNodes);
        HonestNodes = count;
        return this;
    }

    /// <summary>Adds nodes whose operators run another program in its place: a cheater, or the task with a flawed audit.</summary>
    /// <typeparam name="TTask">What they run.</typeparam>
    /// <param name="count">How many.</param>
    public TaskNetworkOptions Plus<TTask>(int count = 1)
        where TTask : PondTask
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxNodes);
        Others = Others.AddRange(Enumerable.Repeat(typeof(TTask), count));
        return this;
    }

    /// <summary>How long a slot lasts. Default 100 ms.</summary>
    public TaskNetworkOptions SlotsOf(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        Slot = duration;
        return this;
    }

    /// <summary>How long rounds and windows are, in slots. Default 60, 20 and 16.</summary>
    public TaskNetworkOptions RoundsOf(ulong slots, ulong submissionWindow, ulong auditWindow)
    {
        Windows = (slots, submissionWindow, auditWindow);
        return this;
    }

    /// <summary>How audits count. Default <see cref="TaskClass.Deterministic"/>.</summary>
    public TaskNetworkOptions Class(TaskClass taskClass)
    {
        TaskClass = taskClass;
        return this;
    }

    /// <summary>What a round pays at most. Default 10 KOII.</summary>
    public TaskNetworkOptions BountyPerRound(Lamports bounty)
    {
        Bounty = bounty;
        return this;
    }

    /// <summary>Pairs a variable with the task on every node.</summary>
    public TaskNetworkOptions Variable(string name, string value)
    {
        Variables = Variables.SetItem(name, value);
        return this;
    }

    /// <summary>Lets the task ask the web, private addresses included.</summary>
    public TaskNetworkOptions WithWeb()
    {
        AllowsWeb = true;
        return this;
    }

    /// <summary>Runs the tasks with the test's own rights, where a debugger can reach them. By default they are boxed, if the machine can.</summary>
    public TaskNetworkOptions Unboxed()
    {
        IsBoxed = false;
        return this;
    }
}
