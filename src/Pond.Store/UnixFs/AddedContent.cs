namespace Pond.Store.UnixFs;

/// <summary>What adding content made.</summary>
/// <param name="Cid">The root of the file or directory.</param>
/// <param name="SizeBytes">The size of a file's content; 0 for directories and symbolic links.</param>
/// <param name="Tsize">The size of all blocks below and including the root, repeated ones counted each time; what a link to it says.</param>
public sealed record AddedContent(Cid Cid, long SizeBytes, ulong Tsize);
