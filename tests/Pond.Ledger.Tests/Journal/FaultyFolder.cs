using System.Collections.Immutable;
using Pond.Ledger.Journal;
using Pond.Primitives;

namespace Pond.Ledger.Tests.Journal;

/// <summary>
/// Files in memory that behave as badly as disks may: what was not synced may be lost sector by sector, a write or a sync may fail half-way,
/// and a failed sync forgets what it should have written.
/// </summary>
internal sealed class FaultyFolder(DeterministicRandom random) : IJournalFolder
{
    private const int SectorSizeBytes = 64;

    private readonly DeterministicRandom _random = random;
    private readonly SortedDictionary<string, Content> _files = new(StringComparer.Ordinal);
    private ImmutableSortedSet<string> _durableNames = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    private int _stepsToFault = int.MaxValue;

    /// <summary>How many syncs have succeeded.</summary>
    internal int Syncs { get; private set; }

    /// <summary>Makes one of the next writes or syncs fail, and all after it.</summary>
    internal void FailAfter(int steps) => _stepsToFault = steps;

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
        Assert.True(_files.Remove(name));
    }

    public void SyncNames()
    {
        Step();
        _durableNames = _files.Keys.ToImmutableSortedSet(StringComparer.Ordinal);
    }

    /// <summary>The process ends: what the system holds in memory is still there.</summary>
    internal void KillProcess() => _stepsToFault = int.MaxValue;

    /// <summary>The machine ends: of what was not synced, each sector is there or not.</summary>
    internal void CutPower()
    {
        _stepsToFault = int.MaxValue;
        foreach (var name in _files.Keys.ToList())
        {
            if (!_durableNames.Contains(name) && _random.Chance(1, 2))
            {
                _files.Remove(name);
                continue;
            }

            _files[name].LoseSectors(_random);
        }
    }

    /// <summary>Changes one byte on the disk.</summary>
    internal void Flip(string name, long offset)
    {
        _files[name].Cached[(int)offset] ^= (byte)(1 << _random.NextBelow(8));
        _files[name].Durable = [.. _files[name].Cached];
    }

    internal void Truncate(string name, int length) => _files[name].Cached.RemoveRange(length, _files[name].Cached.Count - length);

    internal long LengthOf(string name) => _files[name].Cached.Count;

    private void Step()
    {
        if (--_stepsToFault < 0)
        {
            throw new IOException("The disk fails.");
        }
    }

    private sealed class Content
    {
        internal List<byte> Cached { get; } = [];

        internal byte[] Durable { get; set; } = [];

        private SortedSet<int> Dirty { get; } = [];

        internal void Touch(long offset, int count)
        {
            for (var sector = (int)(offset / SectorSizeBytes); sector * SectorSizeBytes < offset + count; sector++)
            {
                Dirty.Add(sector);
            }
        }

        internal void Persist(Func<int, bool> isWritten)
        {
            var sectors = Dirty.Where(isWritten).ToList();
            var end = sectors.Count == 0 ? 0 : Math.Min(Cached.Count, (sectors[^1] + 1) * SectorSizeBytes);
            var bytes = Durable;
            Array.Resize(ref bytes, Math.Max(Durable.Length, end));
            foreach (var sector in sectors)
            {
                var start = sector * SectorSizeBytes;
                for (var index = start; index < Math.Min(start + SectorSizeBytes, Cached.Count); index++)
                {
                    bytes[index] = Cached[index];
                }
            }

            Durable = bytes;
        }

        internal void Sync()
        {
            Persist(_ => true);
            Durable = Durable[..Math.Min(Durable.Length, Cached.Count)];
            Dirty.Clear();
        }

        // The system tells of the failure once and holds the pages for written ever after.
        internal void FailSync(DeterministicRandom random)
        {
            Persist(_ => random.Chance(1, 2));
            Dirty.Clear();
        }

        internal void LoseSectors(DeterministicRandom random)
        {
            Persist(_ => random.Chance(1, 2));
            Cached.Clear();
            Cached.AddRange(Durable);
            Dirty.Clear();
        }
    }

    private sealed class Handle(FaultyFolder folder, string name, Content content) : IJournalFile
    {
        public string Name => name;

        public long Length => content.Cached.Count;

        public int Read(long offset, Span<byte> destination)
        {
            var count = (int)Math.Clamp(Length - offset, 0, destination.Length);
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(content.Cached).Slice((int)Math.Min(offset, Length), count).CopyTo(destination);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Assert.InRange(offset, 0, Length);
            try
            {
                folder.Step();
            }
            catch (IOException)
            {
                // A full disk takes a part.
                Put(offset, bytes[..(int)folder._random.NextBelow((ulong)bytes.Length + 1)]);
                throw;
            }

            Put(offset, bytes);
        }

        public void Sync()
        {
            try
            {
                folder.Step();
            }
            catch (IOException)
            {
                content.FailSync(folder._random);
                throw;
            }

            content.Sync();
            folder.Syncs++;
        }

        public void Truncate(long length)
        {
            folder.Step();
            content.Cached.RemoveRange((int)length, (int)(Length - length));
        }

        public void Dispose()
        {
        }

        private void Put(long offset, ReadOnlySpan<byte> bytes)
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                if (offset + index < Length)
                {
                    content.Cached[(int)offset + index] = bytes[index];
                }
                else
                {
                    content.Cached.Add(bytes[index]);
                }
            }

            content.Touch(offset, bytes.Length);
        }
    }

}
