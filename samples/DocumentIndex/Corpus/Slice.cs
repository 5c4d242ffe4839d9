namespace DocumentIndex;

/// <summary>A range of bytes of one file that begins and ends where documents do.</summary>
/// <param name="File">The file's index in <see cref="CorpusPlan.Files"/>.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Length">How many bytes, at least 1.</param>
public readonly record struct Slice(int File, int Offset, int Length);

/// <summary>Fetches the bytes of a slice, all of them.</summary>
/// <remarks>It throws <see cref="Pond.Primitives.PondException"/> or <see cref="IOException"/> where it can't.</remarks>
public delegate ValueTask<ReadOnlyMemory<byte>> SliceReader(CorpusFile file, Slice slice, CancellationToken cancellationToken);
