using System.Collections.Immutable;
using Pond.Ledger.Journal;
using Pond.Primitives;

namespace Pond.Simulation.Disk;

/// <summary>
/// Files in memory that behave as badly as disks may: what was not synced may be lost sector by sector, a write may be torn, and a write or
/// a sync may fail half-way.
/// </summary>
internal sealed class VirtualFolder(DeterministicRandom random) : IJournalFolder
{
    private const int SectorSizeBytes = 512;

    private readonly SortedDictionary<string, Content> _files = new(StringComparer.Ordinal);
    private ImmutableSortedSet<string> _durableNames = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private int _stepsToFault = int.MaxValue;

    /// <summary>How many syncs have succeeded.</summary>
    internal long Syncs { get; private set; }

    public IReadOnlyList<string> List() => [.. _files.Keys];

    public IJournalFile Open(string name) => new Handle(this, name, _files[name]);

    public IJournalFile Create(string name)
    {
        Step();
        _files.Add(name, new Content());
        return Open(name);
    }

    public void Delete(string name)
    {
        Step();
        _files.Remove(name);
    }

    public void SyncNames()
    {
        Step();
        _durableNames = _files.Keys.ToImmutableSortedSet(StringComparer.Ordinal);
    }

    /// <summary>Makes one of the next writes or syncs fail, and all after it, until the machine is started again.</summary>
    internal void FailAfter(int steps) => _stepsToFault = steps;

    /// <summary>The machine ends: of what was not synced, each sector is there or not.</summary>
    internal void CutPower()
    {
        _stepsToFault = int.MaxValue;
        foreach (var name in _files.Keys.ToList())
        {
            if (!_durableNames.Contains(name) && random.Chance(1, 2))
            {
                _files.Remove(name);
                continue;
            }

            _files[name].LoseSectors(random);
        }
    }

    /// <summary>The process ends: what the system holds in memory is still there.</summary>
    internal void KillProcess() => _stepsToFault = int.MaxValue;

    private void Step()
    {
        if (--_stepsToFault < 0)
        {
            throw new IOException("The disk fails.");
        }
    }

    private sealed class Content
    {
        private readonly SortedSet<int> _dirty = [];
        private byte[] _cached = new byte[64 * 1024];
        private byte[] _durable = [];
        private int _durableLength;

        internal int Length { get; private set; }

        internal ReadOnlySpan<byte> Bytes => _cached.AsSpan(0, Length);

        internal void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            var end = checked((int)offset + bytes.Length);
            if (end > _cached.Length)
            {
                Array.Resize(ref _cached, Math.Max(end, _cached.Length * 2));
            }

            bytes.CopyTo(_cached.AsSpan((int)offset));
            Length = Math.Max(Length, end);
            for (var sector = (int)(offset / SectorSizeBytes); (long)sector * SectorSizeBytes < end; sector++)
            {
                _dirty.Add(sector);
            }
        }

        internal void Truncate(long length) => Length = (int)length;

        internal void Sync()
        {
            Persist(static _ => true);
            _durableLength = Math.Min(_durableLength, Length);
            _dirty.Clear();
        }

        // The system tells of the failure once and holds the pages for written ever after.
        internal void FailSync(DeterministicRandom random)
        {
            Persist(_ => random.Chance(1, 2));
            _dirty.Clear();
        }

        internal void LoseSectors(DeterministicRandom random)
        {
            Persist(_ => random.Chance(1, 2));
            _durable.CopyTo(_cached, 0);
            Length = _durableLength;
            _dirty.Clear();
        }

        private void Persist(Func<int, bool> isWritten)
        {
            foreach (var sector in _dirty)
            {
                var start = sector * SectorSizeBytes;
                var count = Math.Min(SectorSizeBytes, Length - start);
                if (count <= 0 || !isWritten(sector))
                {
                    continue;
                }

                if (_durable.Length < _cached.Length)
                {
                    Array.Resize(ref _durable, _cached.Length);
                }

                if (start > _durableLength)
                {
                    // What was between was never written: it reads as zeros, as on a disk.
                    _durable.AsSpan(_durableLength, start - _durableLength).Clear();
                }

                _durableLength = Math.Max(_durableLength, start + count);

                _cached.AsSpan(start, count).CopyTo(_durable.AsSpan(start));
            }
        }
    }

    private sealed class Handle(VirtualFolder folder, string name, Content content) : IJournalFile
    {
        public string Name => name;

        public long Length => content.Length;

        public int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
            content.Bytes.Slice((int)Math.Min(offset, Length), count).CopyTo(destination);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            try
            {
                folder.Step();
            }
            catch (IOException)
            {
                // A full disk takes a part.
                content.Write(offset, bytes[..(int)folder.Random.NextBelow((ulong)bytes.Length + 1)]);
                throw;
            }

            content.Write(offset, bytes);
        }

        public void Sync()
        {
            try
            {
                folder.Step();
            }
            catch (IOException)
            {
                content.FailSync(folder.Random);
                throw;
            }

            content.Sync();
            folder.Syncs++;
        }

        public void Truncate(long length)
        {
            folder.Step();
            content.Truncate(length);
        }

        public void Dispose()
        {
        }
    }

    private DeterministicRandom Random => random;
}
