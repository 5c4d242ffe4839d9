using System.Globalization;
using System.Numerics;
using System.Text;
using Pond.Primitives;

namespace Pond.Store.UnixFs;

/// <summary>Where in a sharded directory the shard of some level lies: the hash bits that all names below it share.</summary>
internal readonly record struct HamtPosition(int Fanout, int Level, ulong SharedBits)
{
    internal static HamtPosition Root(int fanout) => new(fanout, 0, 0);

    private int BitsPerLevel => BitOperations.Log2((uint)Fanout);

    /// <summary>How many shards there can be below each other before the 64 bits of a hash are used up.</summary>
    internal int MaxLevels => 64 / BitsPerLevel;

    /// <summary>How many digits a bucket's number has in front of a name.</summary>
    internal static int PrefixLengthOf(int fanout) => (BitOperations.Log2((uint)(fanout - 1)) / 4) + 1;

    internal int PrefixLength => PrefixLengthOf(Fanout);

    /// <summary>The bucket of a name with this hash, in this shard.</summary>
    internal int BucketOf(ulong hash) => (int)((hash >> (64 - (BitsPerLevel * (Level + 1)))) & (ulong)(Fanout - 1));

    /// <summary>Whether a name with this hash belongs below this shard.</summary>
    internal bool Holds(ulong hash) => Level == 0 || hash >> (64 - (BitsPerLevel * Level)) == SharedBits;

    /// <summary>The shard in one of this shard's buckets.</summary>
    internal HamtPosition Below(int bucket) => new(Fanout, Level + 1, (SharedBits << BitsPerLevel) | (uint)bucket);

    /// <summary>A bucket's number as it stands before names: upper-case hexadecimal of fixed width.</summary>
    internal string PrefixOf(int bucket) => bucket.ToString($"X{PrefixLength}", CultureInfo.InvariantCulture);

    /// <summary>The bucket that a link's name begins with; false if those are no upper-case digits below the fan-out.</summary>
    internal bool TryReadBucket(ReadOnlySpan<byte> nameUtf8, out int bucket)
    {
        var prefix = Encoding.ASCII.GetString(nameUtf8[..PrefixLength]);
        return int.TryParse(prefix, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bucket)
            && bucket < Fanout
            && string.Equals(prefix, PrefixOf(bucket), StringComparison.Ordinal);
    }

    /// <summary>Refuses a shard for which no bits are left.</summary>
    /// <exception cref="PondException"><c>block-malformed</c>: the 64 bits of a hash are used up.</exception>
    internal void RequireRoom(Cid cid)
    {
        if (Level >= MaxLevels)
        {
            throw StoreErrors.Malformed(cid, $"A sharded directory has more than {MaxLevels} levels.");
        }
    }
}
