namespace Pond.Store.UnixFs;

/// <summary>A name in a directory.</summary>
/// <param name="Name">In the words of its author: to be checked before it is used as a file's name, and escaped before it is shown.</param>
/// <param name="Cid">What it names.</param>
/// <param name="Tsize">How large its author says that everything below is. A hint.</param>
public sealed record DirectoryEntry(string Name, Cid Cid, ulong Tsize);
