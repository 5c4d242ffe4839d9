using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Pond.Ledger.Snapshots;

/// <summary>A struct, or a class of exactly this type: its fields in the order of their names.</summary>
internal sealed class RecordCodec<T> : ValueCodec<T>
{
    private readonly ImmutableArray<FieldInfo> _fields = FieldsOf(typeof(T));
    private readonly Lazy<ValueCodec[]> _codecs;
    private readonly Lazy<Action<StateWriter, T>> _write;

    // A record may hold its own kind, so the codecs of its fields are looked for when they are needed.
    internal RecordCodec()
    {
        _codecs = new(() => [.. _fields.Select(field => Of(field.FieldType))]);
        _write = new(CompileWrite);
    }

    internal override void Write(StateWriter writer, T value) => _write.Value(writer, value);

    internal override T Read(StateReader reader)
    {
        var value = RuntimeHelpers.GetUninitializedObject(typeof(T));
        for (var index = 0; index < _fields.Length; index++)
        {
            _fields[index].SetValue(value, _codecs.Value[index].ReadObject(reader));
        }

        return (T)value;
    }

    internal override void Describe(SortedDictionary<string, string> seen)
    {
        var name = typeof(T).FullName!;
        if (seen.TryAdd(name, string.Join(',', _fields.Select(field => $"{field.Name} {field.FieldType}"))))
        {
            foreach (var codec in _codecs.Value)
            {
                codec.Describe(seen);
            }
        }
    }

    // Every transaction of the history is written so, and reading a field by reflection costs as much as writing ten.
    private Action<StateWriter, T> CompileWrite()
    {
        var (writer, value) = (Expression.Parameter(typeof(StateWriter)), Expression.Parameter(typeof(T)));
        var writes = _fields.Select((field, index) =>
        {
            var codec = typeof(ValueCodec<>).MakeGenericType(field.FieldType);
            var write = codec.GetMethod(nameof(Write), BindingFlags.Instance | BindingFlags.NonPublic)!;
            return (Expression)Expression.Call(Expression.Constant(_codecs.Value[index], codec), write, writer, Expression.Field(value, field));
        });
        return Expression.Lambda<Action<StateWriter, T>>(Expression.Block([.. writes, Expression.Empty()]), writer, value).Compile();
    }

    private static ImmutableArray<FieldInfo> FieldsOf(Type type)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var fields = new List<FieldInfo>();
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            fields.InsertRange(0, declaring.GetFields(own).OrderBy(field => field.Name, StringComparer.Ordinal));
        }

        return [.. fields];
    }
}

/// <summary>A class that may be null or of a derived type: first which one, then its fields.</summary>
internal sealed class ReferenceCodec<T> : ValueCodec<T?>
    where T : class
{
    // Number 0 is null. Sorted by name, so that the numbers follow from the types.
    private readonly ImmutableArray<Type> _types =
    [
        .. typeof(T).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(T)) && !type.IsAbstract)
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    private readonly Lazy<ValueCodec[]> _codecs;

    internal ReferenceCodec() =>
        _codecs = new(() => [.. _types.Select(type =>
            (ValueCodec)Activator.CreateInstance(typeof(RecordCodec<>).MakeGenericType(type), nonPublic: true)!)]);

    internal override void Write(StateWriter writer, T? value)
    {
        var number = value is null ? 0 : _types.IndexOf(value.GetType()) + 1;
        writer.Count(number);
        if (number > 0)
        {
            _codecs.Value[number - 1].WriteObject(writer, value);
        }
    }

    internal override T? Read(StateReader reader)
    {
        var number = reader.Count();
        return number == 0 ? null
            : number <= _types.Length ? (T?)_codecs.Value[number - 1].ReadObject(reader)
            : throw new FormatException($"There is no {typeof(T)} of number {number}.");
    }

    internal override void Describe(SortedDictionary<string, string> seen)
    {
        if (seen.TryAdd($"{typeof(T).FullName} or null", string.Join(',', _types)))
        {
            foreach (var codec in _codecs.Value)
            {
                codec.Describe(seen);
            }
        }
    }
}
