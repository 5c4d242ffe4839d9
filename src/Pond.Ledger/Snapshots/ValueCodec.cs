using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger.Tasks;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Snapshots;

/// <summary>Writes and reads the values of one type.</summary>
/// <remarks>
/// The ledger's state is made of immutable records of a few kinds of fields. They are written field by field as reflection finds them, so
/// none can be forgotten when one is added. The price is that the bytes depend on the types' fields: <see cref="FingerprintOf"/> tells
/// whether bytes are of these types.
/// </remarks>
internal abstract class ValueCodec
{
    private static readonly ConcurrentDictionary<Type, ValueCodec> Codecs = new(Plain());

    /// <summary>The codec of a type.</summary>
    /// <exception cref="NotSupportedException">The type, or one that it is made of, can't be written.</exception>
    internal static ValueCodec<T> Of<T>() => (ValueCodec<T>)Of(typeof(T));

    /// <inheritdoc cref="Of{T}"/>
    internal static ValueCodec Of(Type type) => Codecs.GetOrAdd(type, Create);

    /// <summary>Says in one hash which types a type is made of, with the names of their fields.</summary>
    internal static Hash FingerprintOf(params ReadOnlySpan<Type> types)
    {
        var seen = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            Of(type).Describe(seen);
        }

        return new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', seen.Select(pair => $"{pair.Key}: {pair.Value}")))));
    }

    internal abstract void WriteObject(StateWriter writer, object? value);

    internal abstract object? ReadObject(StateReader reader);

    /// <summary>Adds what the bytes depend on: this type and those that it is made of.</summary>
    internal virtual void Describe(SortedDictionary<string, string> seen)
    {
    }

    private static ValueCodec Create(Type type)
    {
        if (type.IsEnum)
        {
            return Make(typeof(EnumCodec<>), type);
        }

        if (type.IsArray)
        {
            return Make(typeof(MutableArrayCodec<>), type.GetElementType()!);
        }

        if (type.IsGenericType)
        {
            var open = type.GetGenericTypeDefinition();
            var collection =
                open == typeof(Nullable<>) ? typeof(NullableCodec<>)
                : open == typeof(ImmutableArray<>) ? typeof(ArrayCodec<>)
                : open == typeof(ImmutableSortedSet<>) ? typeof(SetCodec<>)
                : open == typeof(ImmutableSortedDictionary<,>) ? typeof(MapCodec<,>)
                : null;
            if (collection is not null)
            {
                return Make(collection, type.GetGenericArguments());
            }
        }

        if (type.Assembly != typeof(Bank).Assembly && type.Assembly != typeof(Slot).Assembly && !type.IsAssignableTo(typeof(System.Runtime.CompilerServices.ITuple)))
        {
            throw new NotSupportedException(
                $"The ledger's state can't be written with a {type} in it. Use the kinds of fields that {nameof(ValueCodec)} knows, or teach it this one.");
        }

        return Make(type.IsValueType ? typeof(RecordCodec<>) : typeof(ReferenceCodec<>), type);
    }

    private static ValueCodec Make(Type codec, params Type[] arguments) =>
        (ValueCodec)Activator.CreateInstance(codec.MakeGenericType(arguments), nonPublic: true)!;

    private static Dictionary<Type, ValueCodec> Plain() => new ValueCodec[]
    {
        new PlainCodec<bool>((writer, value) => writer.Byte(value ? (byte)1 : (byte)0), reader => reader.Byte() != 0),
        new PlainCodec<byte>((writer, value) => writer.Byte(value), reader => reader.Byte()),
        new PlainCodec<ushort>((writer, value) => writer.Number(value), reader => (ushort)reader.NumberUpTo(ushort.MaxValue)),
        new PlainCodec<uint>((writer, value) => writer.Number(value), reader => (uint)reader.NumberUpTo(uint.MaxValue)),
        new PlainCodec<int>((writer, value) => writer.Number(unchecked((ulong)value)), reader => unchecked((int)reader.Number())),
        new PlainCodec<ulong>((writer, value) => writer.Number(value), reader => reader.Number()),
        new PlainCodec<long>((writer, value) => writer.Number(unchecked((ulong)value)), reader => unchecked((long)reader.Number())),
        new PlainCodec<Lamports>((writer, value) => writer.Number(value.Value), reader => new Lamports(reader.Number())),
        new PlainCodec<Slot>((writer, value) => writer.Number(value.Value), reader => new Slot(reader.Number())),
        new PlainCodec<Round>((writer, value) => writer.Number(value.Value), reader => new Round(reader.Number())),
        new PlainCodec<Hash>((writer, value) => writer.Hash(value), reader => reader.Hash()),
        new PlainCodec<Pubkey>((writer, value) => writer.Hash(new Hash(value.Bytes)), reader => new Pubkey(reader.Hash().Bytes)),
        new PlainCodec<Signature>((writer, value) => writer.Bytes(value.ToArray()), reader => new Signature(reader.Bytes(Signature.SizeBytes))),
        new PlainCodec<DateTimeOffset>(
            (writer, value) => writer.Number((ulong)value.UtcTicks),
            reader => new DateTimeOffset((long)reader.NumberUpTo((ulong)DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero)),
        new PlainCodec<TimeSpan>((writer, value) => writer.Number(unchecked((ulong)value.Ticks)), reader => new TimeSpan(unchecked((long)reader.Number()))),
        new NullCodec<string>((writer, value) => writer.Text(value), reader => reader.Text()),
        new NullCodec<VrfProof>((writer, value) => writer.Bytes(value.ToArray()), reader => new VrfProof(reader.Bytes(VrfProof.SizeBytes))),
        new NullCodec<Transaction>((writer, value) => writer.Sized(value.Serialize()), ReadTransaction),
        // Whoever reads knows it.
        new NullCodec<Genesis>((_, _) => { }, reader => reader.Genesis),
        // What it remembers is worked out again from the round.
        new PlainCodec<RoundDraws>((_, _) => { }, _ => new RoundDraws()),
    }.ToDictionary(codec => codec.GetType().GetGenericArguments()[0]);

    private static Transaction ReadTransaction(StateReader reader) =>
        Transaction.TryRead(reader.Sized(), out var transaction, out var error) ? transaction! : throw new FormatException(error);
}

/// <inheritdoc/>
internal abstract class ValueCodec<T> : ValueCodec
{
    internal abstract void Write(StateWriter writer, T value);

    internal abstract T Read(StateReader reader);

    internal sealed override void WriteObject(StateWriter writer, object? value) => Write(writer, (T)value!);

    internal sealed override object? ReadObject(StateReader reader) => Read(reader);
}

/// <summary>A value that is never null.</summary>
internal sealed class PlainCodec<T>(Action<StateWriter, T> write, Func<StateReader, T> read) : ValueCodec<T>
{
    internal override void Write(StateWriter writer, T value) => write(writer, value);

    internal override T Read(StateReader reader) => read(reader);
}

/// <summary>A value that may be null.</summary>
internal sealed class NullCodec<T>(Action<StateWriter, T> write, Func<StateReader, T> read) : ValueCodec<T?>
    where T : class
{
    internal override void Write(StateWriter writer, T? value)
    {
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            write(writer, value);
        }
    }

    internal override T? Read(StateReader reader) => reader.Byte() == 0 ? null : read(reader);
}

internal sealed class EnumCodec<T> : ValueCodec<T>
    where T : struct, Enum
{
    internal override void Write(StateWriter writer, T value) =>
        writer.Number(unchecked((ulong)Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture)));

    internal override T Read(StateReader reader) => (T)Enum.ToObject(typeof(T), unchecked((long)reader.Number()));

    internal override void Describe(SortedDictionary<string, string> seen) =>
        seen[typeof(T).FullName!] = string.Join(',', Enum.GetValues<T>().Select(value => $"{value}={value:D}"));
}
