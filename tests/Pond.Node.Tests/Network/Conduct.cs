namespace Pond.Node.Tests.Network;

/// <summary>How a node of the simulated network behaves.</summary>
public enum Conduct
{
    /// <summary>Works, audits and pays as it should.</summary>
    Honest = 0,

    /// <summary>Submits a lie, and says the opposite of the truth of everybody else.</summary>
    Liar = 1,

    /// <summary>Stakes, and is never heard of again.</summary>
    Absent = 2,

    /// <summary>Does its work, but writes no list and settles no round.</summary>
    Lazy = 3,

    /// <summary>Its task fails in every second call.</summary>
    Crashing = 4,
}
