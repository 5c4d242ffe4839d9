using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>Measures how long the ledger's slots last. Safe for use by several threads.</summary>
internal sealed class SlotPace(TimeProvider time)
{
    /// <summary>What a slot lasts on the original network; the answer before anything was measured.</summary>
    internal static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(400);

    /// <summary>Fewer slots say more of when they were looked at than of how long they last.</summary>
    private const ulong FewestSlots = 8;

    /// <summary>After so many slots a new measurement begins, so that the answer follows a ledger that changes its pace.</summary>
    private const ulong MostSlots = 1_000;

    private readonly Lock _gate = new();
    private (Slot Slot, long At)? _first;
    private TimeSpan _duration = Usual;

    /// <summary>The mean of the last slots.</summary>
    internal TimeSpan Duration
    {
        get
        {
            lock (_gate)
            {
                return _duration;
            }
        }
    }

    /// <summary>Tells that a slot was seen just now.</summary>
    internal void Observe(Slot slot)
    {
        lock (_gate)
        {
            if (_first is not { } first || slot < first.Slot)
            {
                _first = (slot, time.GetTimestamp());
                return;
            }

            var slots = slot - first.Slot;
            if (slots >= FewestSlots)
            {
                _duration = time.GetElapsedTime(first.At) / slots;
            }

            if (slots >= MostSlots)
            {
                _first = (slot, time.GetTimestamp());
            }
        }
    }
}
