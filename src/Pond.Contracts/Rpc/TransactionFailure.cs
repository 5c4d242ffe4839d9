using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Contracts.Rpc;

/// <summary>Why a transaction failed, as clients of K2 and Solana read it: <c>"BlockhashNotFound"</c> or
/// <c>{"InstructionError":[0,{"Custom":1}]}</c>.</summary>
/// <remarks>Equal if the JSON texts are.</remarks>
[JsonConverter(typeof(Converter))]
public sealed class TransactionFailure : IEquatable<TransactionFailure>
{
    private readonly string _json;

    private TransactionFailure(JsonElement json)
    {
        _json = JsonSerializer.Serialize(json);
        if (json.ValueKind is JsonValueKind.String)
        {
            Name = json.GetString()!;
            return;
        }

        var variant = json.EnumerateObject().First();
        Name = variant.Name;
        if (variant is not { Name: "InstructionError", Value.ValueKind: JsonValueKind.Array } || variant.Value.GetArrayLength() != 2)
        {
            return;
        }

        InstructionIndex = variant.Value[0].GetInt32();
        var error = variant.Value[1];
        InstructionError = error.ValueKind is JsonValueKind.String ? error.GetString() : error.EnumerateObject().First().Name;
        CustomCode = error.ValueKind is JsonValueKind.Object && error.TryGetProperty("Custom", out var code)
            ? code.GetUInt32()
            : null;
    }

    /// <summary>The kind, such as <c>BlockhashNotFound</c> or <c>InstructionError</c>.</summary>
    public string Name { get; }

    /// <summary>Which instruction failed, from 0; null if the transaction failed as a whole.</summary>
    public int? InstructionIndex { get; }

    /// <summary>How the instruction failed, such as <c>Custom</c> or <c>InvalidAccountData</c>; null as above.</summary>
    public string? InstructionError { get; }

    /// <summary>The program's own error number; null if the failure is none of a program's own.</summary>
    public uint? CustomCode { get; }

    /// <summary>Reads the JSON form.</summary>
    /// <exception cref="JsonException">It is no failure.</exception>
    public static TransactionFailure Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return From(document.RootElement);
    }

    /// <inheritdoc/>
    public bool Equals(TransactionFailure? other) => other is not null && string.Equals(_json, other._json, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TransactionFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_json);

    /// <summary>The JSON form.</summary>
    public override string ToString() => _json;

    private static TransactionFailure From(JsonElement json)
    {
        var isFailure = json.ValueKind is JsonValueKind.String
            || (json.ValueKind is JsonValueKind.Object && json.EnumerateObject().Any());
        try
        {
            return isFailure ? new TransactionFailure(json) : throw new JsonException("A transaction's error is text or an object.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw new JsonException("A transaction's error has an unknown shape.", exception);
        }
    }

    private sealed class Converter : JsonConverter<TransactionFailure>
    {
        public override TransactionFailure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return From(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, TransactionFailure value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value._json);
    }
}
