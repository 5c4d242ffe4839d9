using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Pond.Primitives;

namespace Pond.Ledger.Tests;

/// <summary>A strict reader of a token task's account, in the order in which the published deserializer reads it.</summary>
internal sealed record TokenTaskState
{
    internal required bool IsAllowlisted { get; init; }

    internal required bool IsActive { get; init; }

    internal required string Name { get; init; }

    internal required ImmutableArray<string> Stakes { get; init; }

    internal required ulong TotalBounty { get; init; }

    internal required ulong TotalStake { get; init; }

    internal required ulong RoundTime { get; init; }

    internal required ulong StartingSlot { get; init; }

    internal required ulong AuditWindow { get; init; }

    internal required ulong SubmissionWindow { get; init; }

    internal required string MigratedTo { get; init; }

    internal required ulong AllowedFailed { get; init; }

    /// <summary>Reads an account's data to its last byte.</summary>
    /// <exception cref="FormatException">A byte is too many or missing, or a value is none that its field has.</exception>
    internal static TokenTaskState Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        var (isAllowlisted, isActive, name) = (reader.Flag(), reader.Flag(), reader.Text());
        _ = reader.Text();
        _ = reader.Key();
        _ = reader.Text();
        _ = reader.Key(); // vault
        _ = reader.Key(); // seed
        _ = reader.Byte();
        reader.Rounds((ref Reader entry) =>
        {
            _ = entry.Text();
            _ = entry.Number();
            _ = entry.Number();
        });
        reader.Rounds(ReadTrigger);
        var totalBounty = reader.Number();
        _ = reader.Number();
        _ = reader.Key();
        var totalStake = reader.Number();
        _ = reader.Number();
        _ = reader.Map((ref Reader entry) => _ = entry.Number());
        var stakes = reader.Map((ref Reader entry) => _ = entry.Number());
        _ = reader.Map((ref Reader entry) => _ = entry.Text());
        var (roundTime, startingSlot, auditWindow, submissionWindow) = (reader.Number(), reader.Number(), reader.Number(), reader.Number());
        _ = reader.Text();
        reader.Rounds((ref Reader entry) =>
        {
            _ = entry.Key();
            _ = entry.Number();
            _ = entry.Number();
        });
        reader.Rounds(ReadTrigger);
        _ = reader.Map((ref Reader entry) => _ = entry.Byte() <= 2 ? true : throw new FormatException("no payout record"));
        _ = reader.Text();
        _ = reader.Text();
        _ = reader.Flag();
        var state = new TokenTaskState
        {
            IsAllowlisted = isAllowlisted,
            IsActive = isActive,
            Name = name,
            Stakes = stakes,
            TotalBounty = totalBounty,
            TotalStake = totalStake,
            RoundTime = roundTime,
            StartingSlot = startingSlot,
            AuditWindow = auditWindow,
            SubmissionWindow = submissionWindow,
            MigratedTo = reader.Text(),
            AllowedFailed = reader.Number(),
        };
        return reader.IsAtEnd ? state : throw new FormatException("Not all bytes read");
    }

    private static void ReadTrigger(ref Reader entry)
    {
        _ = entry.Key();
        _ = entry.Number();
        for (var votes = entry.Count(); votes > 0; votes--)
        {
            _ = entry.Flag();
            _ = entry.Key();
            _ = entry.Number();
        }
    }

    private delegate void ReadEntry(ref Reader reader);

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        internal readonly bool IsAtEnd => _rest.IsEmpty;

        internal byte Byte() => Take(1)[0];

        internal bool Flag() => Byte() switch
        {
            0 => false,
            1 => true,
            _ => throw new FormatException("no flag"),
        };

        internal uint Count() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

        internal ulong Number()
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
            return number <= (1UL << 53) - 1 ? number : throw new FormatException("a number that JavaScript can't hold");
        }

        internal Pubkey Key() => new(Take(Pubkey.SizeBytes));

        internal string Text() => Encoding.UTF8.GetString(Take(checked((int)Count())));

        internal ImmutableArray<string> Map(ReadEntry read)
        {
            var keys = ImmutableArray.CreateBuilder<string>();
            for (var entries = Count(); entries > 0; entries--)
            {
                keys.Add(Text());
                read(ref this);
            }

            return keys.SequenceEqual(keys.Order(StringComparer.Ordinal), StringComparer.Ordinal) ? keys.ToImmutable() : throw new FormatException("keys out of order");
        }

        internal void Rounds(ReadEntry read) => _ = Map((ref Reader round) => _ = round.Map(read));

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length)
            {
                throw new FormatException("Unexpected end");
            }

            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
