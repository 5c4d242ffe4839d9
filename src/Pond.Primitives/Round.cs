namespace Pond.Primitives;

/// <summary>A fixed span of slots of one task, counted from 0 at the task's first slot.</summary>
public readonly record struct Round(ulong Value) : IComparable<Round>
{
    /// <summary>The round <paramref name="count"/> later.</summary>
    public static Round operator +(Round round, ulong count) => new(checked(round.Value + count));

    /// <inheritdoc/>
    public int CompareTo(Round other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(Round left, Round right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is earlier or the same.</summary>
    public static bool operator <=(Round left, Round right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(Round left, Round right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is later or the same.</summary>
    public static bool operator >=(Round left, Round right) => left.Value >= right.Value;

    /// <summary>The decimal number, which is also the round's key in a task's account image.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
