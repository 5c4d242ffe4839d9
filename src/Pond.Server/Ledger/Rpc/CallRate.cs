namespace Pond.Server.Ledger.Rpc;

/// <summary>How many calls one connection may still make: so many a second, and no more than a second's worth at once. Safe for several threads.</summary>
internal sealed class CallRate(int callsPerSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _filledAt = time.GetTimestamp();
    private double _calls = callsPerSecond;

    /// <summary>Whether the connection may make a call now.</summary>
    internal bool HasRoom => Take(0);

    /// <summary>Takes one call; false if the connection has made too many.</summary>
    internal bool TryTake() => Take(1);

    private bool Take(int count)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _calls = Math.Min(callsPerSecond, _calls + (time.GetElapsedTime(_filledAt, now).TotalSeconds * callsPerSecond));
            _filledAt = now;
            if (_calls < 1)
            {
                return false;
            }

            _calls -= count;
            return true;
        }
    }
}
