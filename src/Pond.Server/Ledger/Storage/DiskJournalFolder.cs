using Microsoft.Win32.SafeHandles;
using Pond.Ledger.Journal;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>The journal's files in a folder of the disk.</summary>
internal sealed class DiskJournalFolder(string folder) : IJournalFolder
{
    public IReadOnlyList<string> List() =>
        [.. Directory.EnumerateFiles(folder, "*.journal").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public IJournalFile Open(string name) => new DiskFile(name, PathOf(name), FileMode.Open);

    public IJournalFile Create(string name) => new DiskFile(name, PathOf(name), FileMode.CreateNew);

    public void Delete(string name) => File.Delete(PathOf(name));

    public void SyncNames() => DurableFiles.SyncFolder(folder);

    private string PathOf(string name) => Path.Combine(folder, name);

    private sealed class DiskFile(string name, string path, FileMode mode) : IJournalFile
    {
        // Read-only where it must be: a journal can be checked on a disk that can't be written.
        private readonly SafeFileHandle _handle = Open(path, mode);

        public string Name => name;

        public long Length => RandomAccess.GetLength(_handle);

        public int Read(long offset, Span<byte> destination)
        {
            var count = 0;
            while (count < destination.Length && RandomAccess.Read(_handle, destination[count..], offset + count) is > 0 and var read)
            {
                count += read;
            }

            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_handle, bytes, offset);

        public void Sync() => RandomAccess.FlushToDisk(_handle);

        public void Truncate(long length) => RandomAccess.SetLength(_handle, length);

        public void Dispose() => _handle.Dispose();

        private static SafeFileHandle Open(string path, FileMode mode)
        {
            try
            {
                return File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read);
            }
            catch (Exception exception) when (mode is FileMode.Open && exception is UnauthorizedAccessException or IOException && File.Exists(path))
            {
                return File.OpenHandle(path, mode, FileAccess.Read, FileShare.ReadWrite);
            }
        }
    }
}
