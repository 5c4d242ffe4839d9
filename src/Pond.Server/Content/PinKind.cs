namespace Pond.Server.Content;

/// <summary>How much a pin keeps.</summary>
public enum PinKind
{
    /// <summary>Nothing; never the kind of a pin.</summary>
    None = 0,

    /// <summary>The root and everything below it.</summary>
    Recursive = 1,

    /// <summary>The root's block alone.</summary>
    Direct = 2,
}
