using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>What a <see cref="TaskNodeCore"/> is told, one at a time.</summary>
public abstract record NodeInput
{
    private NodeInput()
    {
    }

    /// <summary>The ledger has reached this slot. An earlier slot than one already seen is ignored.</summary>
    public sealed record SlotObserved(Slot Slot) : NodeInput;

    /// <summary>The task as the ledger held it at the last observed slot or later.</summary>
    public sealed record TaskObserved(TaskInfo Task) : NodeInput;

    /// <summary>A round as the ledger held it at the last observed slot or later. Tell of the slot first.</summary>
    public sealed record RoundObserved(TaskRoundInfo Round) : NodeInput;

    /// <summary>The ledger knows nothing of a round any more, or does not yet.</summary>
    public sealed record RoundUnknown(Round Round) : NodeInput;

    /// <summary>A call to the task has ended. Each <see cref="NodeOutput.CallTask"/> gets one of these.</summary>
    /// <param name="CallId">Which call.</param>
    /// <param name="Error">Null when the task's function returned; else why it did not.</param>
    /// <param name="Fault">What kind of an error it is; of no meaning without one.</param>
    public sealed record PhaseCompleted(long CallId, string? Error, PhaseFault Fault = PhaseFault.Failed) : NodeInput;

    /// <summary>The task's process has ended by itself. It is started again without being asked for.</summary>
    /// <param name="How">Its exit code and last words.</param>
    public sealed record TaskEnded(string How) : NodeInput;

    /// <summary>The task has handed over its submission for a round. The first one stands.</summary>
    public sealed record SubmissionProduced(Round Round, string Value) : NodeInput;

    /// <summary>The task has judged a submission. The first verdict on a candidate stands.</summary>
    public sealed record VerdictGiven(Round Round, Pubkey Candidate, Verdict Verdict) : NodeInput;

    /// <summary>The task has handed over a distribution list. The first one of an attempt stands.</summary>
    public sealed record ListProduced(Round Round, string Json) : NodeInput;

    /// <summary>The task has judged a distribution list. The first verdict on an author's list of an attempt stands.</summary>
    public sealed record ListVerdictGiven(Round Round, Pubkey Author, Verdict Verdict) : NodeInput;

    /// <summary>An action took effect on the ledger.</summary>
    /// <param name="ActionId">Which.</param>
    /// <param name="Slot">When.</param>
    /// <param name="Signature">The transaction, or the last of them.</param>
    /// <param name="Fee">What it cost the operator.</param>
    public sealed record ActionConfirmed(long ActionId, Slot Slot, Signature Signature, Lamports Fee = default) : NodeInput;

    /// <summary>An action certainly had no effect.</summary>
    /// <param name="ActionId">Which.</param>
    /// <param name="Error">Why, as the ledger said it.</param>
    /// <param name="IsFinal">Whether the same action can never succeed.</param>
    /// <param name="Fault">What kind of a failure it is.</param>
    /// <param name="Fee">What it cost the operator nevertheless.</param>
    public sealed record ActionFailed(
        long ActionId, string Error, bool IsFinal, ActionFault Fault = ActionFault.Refused, Lamports Fee = default) : NodeInput;

    /// <summary>Nobody knows whether an action took effect: its answer was lost. A later observation tells.</summary>
    public sealed record ActionUnknown(long ActionId) : NodeInput;
}
