namespace Pond.Ledger.Journal;

/// <summary>A file of the journal, as little of one as the journal needs, so that a simulator can put faults under it.</summary>
/// <remarks>
/// What was written is readable at once and survives the end of the process; it survives the end of the machine only after
/// <see cref="Sync"/>. Every method may throw when the disk fails. After that nothing is known about what is on the disk, and the
/// journal uses the file no more.
/// </remarks>
public interface IJournalFile : IDisposable
{
    /// <summary>The file's name in its folder.</summary>
    string Name { get; }

    /// <summary>How many bytes there are.</summary>
    long Length { get; }

    /// <summary>Reads from an offset on.</summary>
    /// <returns>How many bytes were read; fewer than asked for only at the end.</returns>
    int Read(long offset, Span<byte> destination);

    /// <summary>Writes at an offset that is not beyond the end; what reaches over the end makes the file longer.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when all that was written is on the disk.</summary>
    void Sync();

    /// <summary>Cuts the file.</summary>
    void Truncate(long length);
}
