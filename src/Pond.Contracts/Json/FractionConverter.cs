using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Json;

/// <summary>Writes a fraction with its point even where it is whole: clients take a number without one for an integer, and read those as
/// another type.</summary>
internal sealed class FractionConverter : JsonConverter<double>
{
    // Below this every whole number is exact and has no exponent.
    private const double Whole = 1e15;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsInteger(value) && Math.Abs(value) < Whole)
        {
            writer.WriteRawValue(value.ToString("F1", CultureInfo.InvariantCulture), skipInputValidation: true);
        }
        else
        {
            writer.WriteNumberValue(value);
        }
    }
}
