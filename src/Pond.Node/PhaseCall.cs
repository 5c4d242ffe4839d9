using Pond.Primitives;

namespace Pond.Node;

/// <summary>One phase of one round: whether the task was called, and what came of it.</summary>
internal sealed class PhaseCall
{
    /// <summary>How often a phase that ends in an error is called at most. A task that fails three times fails for a reason.</summary>
    internal const int MaxAttempts = 3;

    private int _attempts;
    private Slot _notBefore;

    internal bool IsOut { get; private set; }

    internal bool IsDone { get; private set; }

    /// <summary>What kept the last call from being done.</summary>
    internal PhaseFault Fault { get; private set; }

    internal bool HasStarted => _attempts > 0 || IsDone;

    internal bool CanStartAt(Slot slot) => !IsOut && !IsDone && _attempts < MaxAttempts && slot >= _notBefore;

    internal void Started()
    {
        IsOut = true;
        _attempts++;
    }

    internal void Ended(PhaseFault fault, Slot slot)
    {
        IsOut = false;
        IsDone = fault is PhaseFault.None;
        Fault = fault;
        _notBefore = slot + (1UL << _attempts);
    }

    /// <summary>The phase was done before the node was restarted.</summary>
    internal void Restored() => IsDone = true;

    /// <summary>There is new work for a phase that was done. Failed attempts still count.</summary>
    internal void Reopen()
    {
        if (IsDone)
        {
            IsDone = false;
            _attempts = 0;
        }
    }
}
