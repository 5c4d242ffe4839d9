namespace Pond.Primitives.Transactions;

/// <summary>The form of a message.</summary>
public enum MessageVersion
{
    /// <summary>The first form: all its accounts stand in it.</summary>
    Legacy = 0,

    /// <summary>Version 0: it can also load accounts from address lookup tables.</summary>
    V0 = 1,
}
