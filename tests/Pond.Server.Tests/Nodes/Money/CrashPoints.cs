namespace Pond.Server.Tests.Nodes.Money;

/// <summary>Counts what a keeper does outside of itself, and kills it before or after any of that.</summary>
internal sealed class CrashPoints
{
    private readonly Func<int, bool> _isCrash;

    /// <summary>Kills at the points that the function says; each is passed once.</summary>
    internal CrashPoints(Func<int, bool> isCrash) => _isCrash = isCrash;

    internal int Count { get; private set; }

    internal void Pass()
    {
        if (_isCrash(Count++))
        {
            throw new CrashException();
        }
    }
}

/// <summary>The power is gone.</summary>
internal sealed class CrashException : Exception;
