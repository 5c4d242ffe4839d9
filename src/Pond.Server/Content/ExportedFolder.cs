namespace Pond.Server.Content;

/// <summary>What writing content out brought.</summary>
/// <param name="Files">How many files.</param>
/// <param name="Folders">How many folders, the outermost included.</param>
/// <param name="SkippedLinks">How many symbolic links were left out: a stranger's link could lead anywhere.</param>
/// <param name="SizeBytes">The size of the files.</param>
public sealed record ExportedFolder(long Files, long Folders, long SkippedLinks, long SizeBytes);
