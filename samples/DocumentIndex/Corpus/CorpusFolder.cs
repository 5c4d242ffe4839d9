namespace DocumentIndex;

/// <summary>The corpus as a folder on this machine.</summary>
public sealed class CorpusFolder(string folder)
{
    /// <summary>Reads a slice from its file; a <see cref="SliceReader"/>.</summary>
    /// <exception cref="IOException">The file is gone, shorter than the slice, or can't be read.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CorpusFile file, Slice slice, CancellationToken cancellationToken)
    {
        using var handle = File.OpenHandle(Path.Combine(folder, file.Path), options: FileOptions.Asynchronous);
        var bytes = new byte[slice.Length];
        var done = 0;
        while (done < bytes.Length)
        {
            var read = await RandomAccess.ReadAsync(handle, bytes.AsMemory(done), (long)slice.Offset + done, cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException($"'{file.Path}' ends before byte {slice.Offset + slice.Length}; it changed since it was scanned.");
            }

            done += read;
        }

        return bytes;
    }
}
