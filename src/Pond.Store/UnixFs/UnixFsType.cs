namespace Pond.Store.UnixFs;

/// <summary>What a UnixFS message says it is. The values are those of the format.</summary>
public enum UnixFsType
{
    /// <summary>A file's chunk as older writers made it. Read, never written.</summary>
    Raw = 0,

    /// <summary>A directory in one node.</summary>
    Directory = 1,

    /// <summary>A file or a part of one.</summary>
    File = 2,

    /// <summary>Never used by anybody; refused.</summary>
    Metadata = 3,

    /// <summary>A symbolic link: its data is the target. Never followed here.</summary>
    Symlink = 4,

    /// <summary>A part of a directory that is spread over several nodes by the hashes of its names.</summary>
    HamtShard = 5,
}
