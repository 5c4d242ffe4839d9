using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>Measures how long slots take. Thread-safe.</summary>
internal sealed class SlotPace(TimeProvider time)
{
    /// <summary>So many slots are measured together; then the measurement begins anew, so that an old one does not weigh for ever.</summary>
    private const ulong Span = 1_000;

    /// <summary>What is said before anything was measured: a public network's.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private (Slot Slot, long At)? _first;
    private TimeSpan _average = Usual;

    /// <summary>The average of the last slots.</summary>
    internal TimeSpan Average
    {
        get
        {
            lock (_gate)
            {
                return _average;
            }
        }
    }

    /// <summary>Tells that a slot is seen for the first time.</summary>
    internal void Observe(Slot slot)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_first is not { } first || slot <= first.Slot)
            {
                _first = (slot, now);
                return;
            }

            _average = time.GetElapsedTime(first.At, now) / (slot - first.Slot);
            if (slot - first.Slot >= Span)
            {
                _first = (slot, now);
            }
        }
    }
}
