using Pond.Primitives;

namespace Pond.Simulation.Network;

/// <summary>What becomes of messages. The ledger and every node are places; place -1 is the ledger.</summary>
internal sealed class VirtualNetwork(NetworkConditions conditions, ulong seed)
{
    /// <summary>The ledger's place.</summary>
    internal const int Ledger = -1;

    // A stream for each sender: what one sends moves nothing of what another does.
    private readonly Dictionary<int, DeterministicRandom> _streams = [];
    private readonly HashSet<int> _cutOff = [];

    internal NetworkConditions Conditions => conditions;

    /// <summary>Whether faults happen; after they stop, messages only take their time.</summary>
    internal bool IsFaulty { get; set; } = true;

    /// <summary>How many messages were sent.</summary>
    internal long Messages { get; private set; }

    /// <summary>How many were lost.</summary>
    internal long Lost { get; private set; }

    /// <summary>Cuts some nodes off from all others and the ledger; an empty set ends that.</summary>
    internal void CutOff(IEnumerable<int> nodes)
    {
        _cutOff.Clear();
        _cutOff.UnionWith(nodes);
    }

    /// <summary>Whether two places reach each other at all.</summary>
    internal bool IsReachable(int from, int to) => _cutOff.Count == 0 || _cutOff.Contains(from) == _cutOff.Contains(to);

    /// <summary>Sends a message.</summary>
    /// <returns>How long it takes; null if it is lost.</returns>
    internal TimeSpan? Send(int from, int to)
    {
        Messages++;
        if (!IsReachable(from, to) || (IsFaulty && conditions.LossPerThousand > 0 && Of(from).Chance(conditions.LossPerThousand, 1000)))
        {
            Lost++;
            return null;
        }

        return Latency(from);
    }

    /// <summary>Whether a message arrives a second time.</summary>
    internal bool IsDuplicated(int from) =>
        IsFaulty && conditions.DuplicationPerThousand > 0 && Of(from).Chance(conditions.DuplicationPerThousand, 1000);

    /// <summary>What one way takes.</summary>
    internal TimeSpan Latency(int from) => conditions.MinLatency
        + new TimeSpan((long)Of(from).NextBelow((ulong)Math.Max(1, (conditions.MaxLatency - conditions.MinLatency).Ticks)));

    /// <summary>What it takes to fetch content: a question, an answer, and its bytes.</summary>
    internal TimeSpan TransferTime(int from, long sizeBytes) =>
        Latency(from) + Latency(from) + TimeSpan.FromSeconds((double)sizeBytes / conditions.BytesPerSecond);

    private DeterministicRandom Of(int sender)
    {
        if (!_streams.TryGetValue(sender, out var stream))
        {
            _streams[sender] = stream = DeterministicRandom.ForStream(seed, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"network {sender}"));
        }

        return stream;
    }
}
