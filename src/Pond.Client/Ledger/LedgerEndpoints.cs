using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <summary>Several RPC endpoints of one ledger: one is asked until it fails, then the next that is well.</summary>
/// <remarks>Safe for use by several threads. An endpoint of another ledger is never asked again.</remarks>
public sealed class LedgerEndpoints
{
    /// <summary>How far an endpoint may be behind the furthest one before it counts as unwell: a minute of slots.</summary>
    private const ulong MaxSlotsBehind = 150;

    /// <summary>For how long an endpoint that failed is asked last; it doubles with each further failure up to <see cref="LongestRest"/>.</summary>
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(2);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Entry[] _entries;
    private Entry _current;
    private Hash? _genesis;

    /// <summary>Makes the set.</summary>
    /// <param name="endpoints">The addresses, the preferred one first; at least one.</param>
    /// <param name="time">Measures how long one that failed is left alone.</param>
    public LedgerEndpoints(ImmutableArray<Uri> endpoints, TimeProvider time)
    {
        if (endpoints.IsDefaultOrEmpty)
        {
            throw new ArgumentException("A ledger has at least one endpoint.", nameof(endpoints));
        }

        _time = time;
        _entries = [.. endpoints.Distinct().Select(endpoint => new Entry(endpoint))];
        _current = _entries[0];
    }

    /// <summary>The one that is asked now.</summary>
    public Uri Current
    {
        get
        {
            lock (_gate)
            {
                return _current.Endpoint;
            }
        }
    }

    /// <summary>How each of them is, in the order in which they were named.</summary>
    public ImmutableArray<EndpointHealth> Health
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Select(entry => new EndpointHealth(entry.Endpoint, entry == _current, entry.Problem is null, entry.Problem, entry.Slot, entry.Latency))];
            }
        }
    }

    /// <summary>Looks at each of them: whether it answers, is of the same ledger, and is not behind.</summary>
    /// <param name="connect">Makes a client of one endpoint.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ProbeAsync(Func<Uri, LedgerClient> connect, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connect);
        foreach (var entry in _entries)
        {
            var client = connect(entry.Endpoint);
            var began = _time.GetTimestamp();
            try
            {
                var genesis = await client.GetGenesisHashAsync(cancellationToken);
                var slot = await client.GetSlotAsync(Contracts.Rpc.Commitment.Processed, cancellationToken);
                Note(entry, genesis, slot, _time.GetElapsedTime(began) / 2);
            }
            catch (Exception exception) when (exception is PondException or Contracts.Rpc.RpcException)
            {
                Failed(entry.Endpoint, exception.Message);
            }
        }

        lock (_gate)
        {
            var furthest = _entries.Where(entry => !entry.IsForeign).Max(entry => entry.Slot.Value);
            foreach (var entry in _entries.Where(entry => entry is { Problem: null } && entry.Slot.Value + MaxSlotsBehind < furthest))
            {
                entry.Problem = $"It is {furthest - entry.Slot.Value} slots behind.";
                entry.RestUntil = _time.GetTimestamp() + (long)(FirstRest.TotalSeconds * _time.TimestampFrequency);
            }

            Choose();
        }
    }

    /// <summary>Those to ask, in order: the current one, then the others that are well, then those that rest.</summary>
    internal IReadOnlyList<Uri> ToAsk()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            return [.. _entries.Where(entry => !entry.IsForeign).OrderBy(entry => entry == _current ? 0 : entry.RestUntil <= now ? 1 : 2).Select(entry => entry.Endpoint)];
        }
    }

    /// <summary>Notes that one answered.</summary>
    internal void Succeeded(Uri endpoint)
    {
        lock (_gate)
        {
            var entry = Find(endpoint);
            (entry.Failures, entry.Problem, entry.RestUntil) = (0, null, 0);
            if (_current.Problem is not null)
            {
                _current = entry;
            }
        }
    }

    /// <summary>Notes that one failed, and turns to another.</summary>
    internal void Failed(Uri endpoint, string problem)
    {
        lock (_gate)
        {
            var entry = Find(endpoint);
            var rest = FirstRest * (1 << Math.Min(entry.Failures, 10));
            entry.Failures++;
            entry.Problem = problem;
            entry.RestUntil = _time.GetTimestamp() + (long)((rest < LongestRest ? rest : LongestRest).TotalSeconds * _time.TimestampFrequency);
            Choose();
        }
    }

    private void Note(Entry entry, Hash genesis, Slot slot, TimeSpan latency)
    {
        lock (_gate)
        {
            _genesis ??= genesis;
            (entry.Slot, entry.Latency) = (slot, latency);
            if (_genesis == genesis)
            {
                (entry.Failures, entry.Problem, entry.RestUntil) = (0, null, 0);
                return;
            }

            entry.IsForeign = true;
            entry.Problem = $"It is of another ledger: its genesis is {genesis}, and not {_genesis}.";
        }
    }

    private void Choose()
    {
        if (_current.Problem is not null && Array.Find(_entries, entry => entry is { Problem: null, IsForeign: false }) is { } well)
        {
            _current = well;
        }
    }

    private Entry Find(Uri endpoint) => Array.Find(_entries, entry => entry.Endpoint == endpoint)!;

    private sealed class Entry(Uri endpoint)
    {
        internal Uri Endpoint => endpoint;

        internal bool IsForeign { get; set; }

        internal int Failures { get; set; }

        internal string? Problem { get; set; }

        internal long RestUntil { get; set; }

        internal Slot Slot { get; set; }

        internal TimeSpan Latency { get; set; }
    }
}

/// <summary>How an RPC endpoint is.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="IsCurrent">Whether it is the one that is asked.</param>
/// <param name="IsWell">Whether it answered last.</param>
/// <param name="Problem">What is wrong with it; null if nothing is.</param>
/// <param name="Slot">Its slot, as last seen.</param>
/// <param name="Latency">How long it took to answer, as last seen.</param>
public sealed record EndpointHealth(Uri Endpoint, bool IsCurrent, bool IsWell, string? Problem, Slot Slot, TimeSpan Latency);
