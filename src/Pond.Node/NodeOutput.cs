using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>What a <see cref="TaskNodeCore"/> wants done, in order.</summary>
public abstract record NodeOutput
{
    private NodeOutput()
    {
    }

    /// <summary>Call the task, and answer with one <see cref="NodeInput.PhaseCompleted"/>, whatever happens.</summary>
    /// <param name="Id">Names the call; never used twice.</param>
    /// <param name="Phase">What the task is to do.</param>
    /// <param name="Round">For which round.</param>
    /// <param name="IsPreviousRoundFailed">Whether an earlier attempt to pay this round has failed.</param>
    /// <param name="LastSlot">The last slot in which the result is of use: after it, cancel the call.</param>
    public sealed record CallTask(long Id, TaskPhase Phase, Round Round, bool IsPreviousRoundFailed, Slot LastSlot) : NodeOutput;

    /// <summary>
    /// Carry out an action on the ledger, and answer with one <see cref="NodeInput.ActionConfirmed"/>,
    /// <see cref="NodeInput.ActionFailed"/> or <see cref="NodeInput.ActionUnknown"/>.
    /// </summary>
    /// <param name="Id">Names the action; never used twice.</param>
    /// <param name="Action">What to do.</param>
    public sealed record Send(long Id, NodeAction Action) : NodeOutput;

    /// <summary>End the task's process and start it again: it hangs, or does nothing.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="IsHung">Whether it hangs. A task that hangs again and again is broken; one that does nothing may have nothing to do.</param>
    public sealed record RestartTask(string Reason, bool IsHung) : NodeOutput;

    /// <summary>Write this into the journal, durably, before any output that follows it is carried out.</summary>
    public sealed record Record(JournalEntry Entry) : NodeOutput;
}
