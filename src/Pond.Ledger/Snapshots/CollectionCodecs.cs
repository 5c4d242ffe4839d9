using System.Collections.Immutable;

namespace Pond.Ledger.Snapshots;

internal sealed class NullableCodec<T> : ValueCodec<T?>
    where T : struct
{
    private readonly ValueCodec<T> _value = Of<T>();

    internal override void Write(StateWriter writer, T? value)
    {
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is { } present)
        {
            _value.Write(writer, present);
        }
    }

    internal override T? Read(StateReader reader) => reader.Byte() == 0 ? null : _value.Read(reader);

    internal override void Describe(SortedDictionary<string, string> seen) => _value.Describe(seen);
}

/// <summary>An array; a <c>default</c> one stays so.</summary>
internal sealed class ArrayCodec<T> : ValueCodec<ImmutableArray<T>>
{
    private readonly ValueCodec<T> _item = Of<T>();

    internal override void Write(StateWriter writer, ImmutableArray<T> value)
    {
        writer.Count(value.IsDefault ? 0 : value.Length + 1);
        if (value.IsDefault)
        {
            return;
        }

        if (value is ImmutableArray<byte> bytes)
        {
            writer.Bytes(bytes.AsSpan());
            return;
        }

        foreach (var item in value)
        {
            _item.Write(writer, item);
        }
    }

    internal override ImmutableArray<T> Read(StateReader reader)
    {
        var count = reader.Count() - 1;
        if (count < 0)
        {
            return default;
        }

        if (typeof(T) == typeof(byte))
        {
            return (ImmutableArray<T>)(object)ImmutableArray.Create(reader.Bytes(count));
        }

        var items = ImmutableArray.CreateBuilder<T>();
        for (var index = 0; index < count; index++)
        {
            items.Add(_item.Read(reader));
        }

        return items.ToImmutable();
    }

    internal override void Describe(SortedDictionary<string, string> seen) => _item.Describe(seen);
}

internal sealed class MutableArrayCodec<T> : ValueCodec<T[]?>
{
    private readonly ValueCodec<ImmutableArray<T>> _items = Of<ImmutableArray<T>>();

    internal override void Write(StateWriter writer, T[]? value) => _items.Write(writer, value is null ? default : [.. value]);

    internal override T[]? Read(StateReader reader) => _items.Read(reader) is { IsDefault: false } items ? [.. items] : null;

    internal override void Describe(SortedDictionary<string, string> seen) => _items.Describe(seen);
}

internal sealed class SetCodec<T> : ValueCodec<ImmutableSortedSet<T>?>
{
    private readonly ValueCodec<ImmutableArray<T>> _items = Of<ImmutableArray<T>>();

    internal override void Write(StateWriter writer, ImmutableSortedSet<T>? value)
    {
        writer.Byte(SortOrders.Of(value?.KeyComparer));
        _items.Write(writer, value is null ? default : [.. value]);
    }

    internal override ImmutableSortedSet<T>? Read(StateReader reader)
    {
        var order = SortOrders.Read<T>(reader.Byte());
        return _items.Read(reader) is { IsDefault: false } items ? items.ToImmutableSortedSet(order) : null;
    }

    internal override void Describe(SortedDictionary<string, string> seen) => _items.Describe(seen);
}

internal sealed class MapCodec<TKey, TValue> : ValueCodec<ImmutableSortedDictionary<TKey, TValue>?>
    where TKey : notnull
{
    private readonly ValueCodec<TKey> _key = Of<TKey>();
    // A record may hold itself in a map, so the codec of the values is looked for when it is needed.
    private ValueCodec<TValue>? _value;

    private ValueCodec<TValue> Values => _value ??= Of<TValue>();

    internal override void Write(StateWriter writer, ImmutableSortedDictionary<TKey, TValue>? value)
    {
        writer.Byte(SortOrders.Of(value?.KeyComparer));
        writer.Count(value is null ? 0 : value.Count + 1);
        foreach (var (key, item) in value ?? ImmutableSortedDictionary<TKey, TValue>.Empty)
        {
            _key.Write(writer, key);
            Values.Write(writer, item);
        }
    }

    internal override ImmutableSortedDictionary<TKey, TValue>? Read(StateReader reader)
    {
        var order = SortOrders.Read<TKey>(reader.Byte());
        var count = reader.Count() - 1;
        if (count < 0)
        {
            return null;
        }

        var items = ImmutableSortedDictionary.CreateBuilder<TKey, TValue>(order);
        for (var index = 0; index < count; index++)
        {
            items.Add(_key.Read(reader), Values.Read(reader));
        }

        return items.ToImmutable();
    }

    internal override void Describe(SortedDictionary<string, string> seen)
    {
        _key.Describe(seen);
        Values.Describe(seen);
    }
}

/// <summary>By what a sorted collection is sorted: the values' own order, or for texts the order of their code units.</summary>
internal static class SortOrders
{
    private const byte Own = 0;
    private const byte Ordinal = 1;

    internal static byte Of<T>(IComparer<T>? comparer) =>
        comparer is null || ReferenceEquals(comparer, Comparer<T>.Default) ? Own
        : ReferenceEquals(comparer, StringComparer.Ordinal) ? Ordinal
        : throw new NotSupportedException($"A collection that is sorted by {comparer} can't be written.");

    internal static IComparer<T>? Read<T>(byte order) => order switch
    {
        Own => null,
        Ordinal when StringComparer.Ordinal is IComparer<T> ordinal => ordinal,
        _ => throw new FormatException($"There is no sort order {order} for {typeof(T)}."),
    };
}
