using System.Diagnostics;
using Pond.Primitives;

namespace Pond.Node;

/// <summary>One thing that is to get onto the ledger, from the wish to the proof that it is there.</summary>
/// <remarks>
/// An action whose answer was lost is neither sent again nor taken for done: it waits for an observation of the ledger. So does a
/// confirmed one that may be needed again, such as a claim.
/// </remarks>
internal sealed class Delivery
{
    /// <summary>How often one thing is sent at most: with doubling pauses, far longer than any window of the demo.</summary>
    internal const int MaxAttempts = 8;

    private const int LongestPauseSlots = 64;

    private State _state = State.Idle;
    private int _attempts;
    private Slot _notBefore;
    private Slot _since;

    private enum State
    {
        Idle,
        InFlight,
        Uncertain,
        Done,
        GivenUp,
    }

    internal bool IsDone => _state is State.Done;

    /// <summary>Whether the journal says that it is there.</summary>
    internal bool IsRecorded { get; set; }

    internal bool IsGivenUp => _state is State.GivenUp;

    internal bool CanSendAt(Slot slot) => _state is State.Idle && slot >= _notBefore;

    internal void Sent()
    {
        Debug.Assert(_state is State.Idle, "A thing is in flight once.");
        _state = State.InFlight;
        _attempts++;
    }

    internal void Confirmed() => _state = State.Done;

    /// <summary>The action failed for certain; it is tried again later, unless that is pointless.</summary>
    internal void Failed(Slot slot, bool isFinal)
    {
        _state = isFinal || _attempts >= MaxAttempts ? State.GivenUp : State.Idle;
        _notBefore = slot + (ulong)Math.Min(1 << Math.Min(_attempts, 16), LongestPauseSlots);
    }

    /// <summary>Only the ledger knows: wait for an observation that is later than <paramref name="slot"/>.</summary>
    internal void Doubted(Slot slot)
    {
        _state = State.Uncertain;
        _since = slot;
    }

    /// <summary>The ledger, as of <paramref name="slot"/>, shows whether the thing is there.</summary>
    internal void Observed(bool isThere, Slot slot)
    {
        if (isThere)
        {
            _state = State.Done;
        }
        else if (_state is State.Uncertain && slot > _since)
        {
            Failed(slot, isFinal: false);
        }
    }

    /// <summary>Starts over, for what is wanted again and again; not while something is out or in doubt.</summary>
    internal void Reset()
    {
        if (_state is State.Idle or State.GivenUp)
        {
            _state = State.Idle;
            _attempts = 0;
            _notBefore = default;
        }
    }
}
