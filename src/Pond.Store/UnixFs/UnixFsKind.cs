namespace Pond.Store.UnixFs;

/// <summary>What a reader finds under a CID.</summary>
public enum UnixFsKind
{
    /// <summary>Nothing; never the kind of a node.</summary>
    None = 0,

    /// <summary>A file or a part of one.</summary>
    File = 1,

    /// <summary>A directory in one node.</summary>
    Directory = 2,

    /// <summary>The root or a part of a directory that is spread over several nodes.</summary>
    HamtShard = 3,

    /// <summary>A symbolic link.</summary>
    Symlink = 4,
}
