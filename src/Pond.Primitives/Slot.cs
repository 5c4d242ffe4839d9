namespace Pond.Primitives;

/// <summary>The ledger's tick, about 400 ms on a public network. Slots pass with time, whether or not a block is made.</summary>
public readonly record struct Slot(ulong Value) : IComparable<Slot>
{
    /// <summary>The slot <paramref name="count"/> later.</summary>
    public static Slot operator +(Slot slot, ulong count) => new(checked(slot.Value + count));

    /// <summary>How many slots lie between, from <paramref name="right"/> to <paramref name="left"/>.</summary>
    /// <exception cref="OverflowException"><paramref name="right"/> is the later one.</exception>
    public static ulong operator -(Slot left, Slot right) => checked(left.Value - right.Value);

    /// <inheritdoc/>
    public int CompareTo(Slot other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(Slot left, Slot right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is earlier or the same.</summary>
    public static bool operator <=(Slot left, Slot right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(Slot left, Slot right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is later or the same.</summary>
    public static bool operator >=(Slot left, Slot right) => left.Value >= right.Value;

    /// <summary>The decimal number.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
