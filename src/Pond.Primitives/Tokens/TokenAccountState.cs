namespace Pond.Primitives.Tokens;

/// <summary>What may be done with a token account. The numbers are the stored ones.</summary>
public enum TokenAccountState : byte
{
    /// <summary>Nobody has initialized it.</summary>
    Uninitialized = 0,

    /// <summary>In use.</summary>
    Initialized = 1,

    /// <summary>In use, but the mint's freeze authority has stopped it.</summary>
    Frozen = 2,
}
