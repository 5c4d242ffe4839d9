using Pond.Ledger.Journal;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.Tests.Ledger.Storage;

/// <summary>A journal's folder on the disk that can be told to fail as disks do.</summary>
internal sealed class FailingFolder(string folder) : IJournalFolder
{
    private readonly DiskJournalFolder _inner = new(folder);

    /// <summary>Whether writing finds no space any more.</summary>
    internal volatile bool IsFull;

    /// <summary>Whether syncing fails.</summary>
    internal volatile bool FailsToSync;

    public IReadOnlyList<string> List() => _inner.List();

    public IJournalFile Open(string name) => new FailingFile(this, _inner.Open(name));

    public IJournalFile Create(string name) => new FailingFile(this, _inner.Create(name));

    public void Delete(string name) => _inner.Delete(name);

    public void SyncNames() => _inner.SyncNames();

    private sealed class FailingFile(FailingFolder owner, IJournalFile inner) : IJournalFile
    {
        private const int NoSpace = 28;

        public string Name => inner.Name;

        public long Length => inner.Length;

        public int Read(long offset, Span<byte> destination) => inner.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (owner.IsFull)
            {
                // The half that still fits is there.
                inner.Write(offset, bytes[..(bytes.Length / 2)]);
                throw new IOException("No space left on device", NoSpace);
            }

            inner.Write(offset, bytes);
        }

        public void Sync()
        {
            if (owner.FailsToSync)
            {
                throw new IOException("Input/output error");
            }

            inner.Sync();
        }

        public void Truncate(long length) => inner.Truncate(length);

        public void Dispose() => inner.Dispose();
    }
}
