using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text;

namespace Pond.Ledger.Tests.Snapshots;

/// <summary>Writes down every field of every object that can be reached from one, so that two can be compared whatever they are.</summary>
internal sealed class ObjectGraph
{
    internal string Describe(object? value)
    {
        var text = new StringBuilder();
        Append(text, value);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                return;
            case string or bool or byte or ushort or uint or int or ulong or long or DateTimeOffset or TimeSpan or Enum:
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{value.GetType().Name} {value}");
                return;
        }

        var type = value.GetType();
        text.Append(type).Append('{');
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
            && (bool)type.GetProperty(nameof(ImmutableArray<int>.IsDefault))!.GetValue(value)!)
        {
            text.Append("default");
        }
        else if (value is IEnumerable items)
        {
            foreach (var item in items)
            {
                Append(text, item);
                text.Append(',');
            }
        }
        else
        {
            for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
            {
                foreach (var field in declaring.GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    text.Append(field.Name).Append('=');
                    Append(text, field.GetValue(value));
                    text.Append(';');
                }
            }
        }

        text.Append('}');
    }
}
