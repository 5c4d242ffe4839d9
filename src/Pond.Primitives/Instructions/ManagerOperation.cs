namespace Pond.Primitives.Instructions;

/// <summary>What HandleManagerAccounts does to the list of a network's managers.</summary>
public enum ManagerOperation
{
    /// <summary>Nothing; never valid.</summary>
    None = 0,

    /// <summary>Makes the list (<c>init</c>).</summary>
    Init = 1,

    /// <summary>Adds a manager (<c>insert</c>).</summary>
    Insert = 2,

    /// <summary>Takes a manager away (<c>remove</c>).</summary>
    Remove = 3,
}
