namespace Pond.Store.UnixFs;

/// <summary>What a directory's size is taken to be when deciding whether it is spread over several nodes.</summary>
public enum DirectorySizeEstimate
{
    /// <summary>The sum of the lengths of names and binary CIDs.</summary>
    LinksBytes = 0,

    /// <summary>The exact size of the directory in one node.</summary>
    BlockBytes = 1,
}
