using System.Text.Json.Serialization;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Something taken apart: its kind and its fields.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Info">The fields; absent if the kind has none.</param>
internal sealed record ParsedInfo(string Type, object? Info)
{
    /// <summary>The kind of an account that nobody has filled.</summary>
    internal static readonly ParsedInfo Uninitialized = new("uninitialized", Info: null);
}

/// <summary>A price where the wire wants it as text.</summary>
/// <param name="LamportsPerSignature">What a signature costs.</param>
internal sealed record TextFeeCalculator(
    [property: JsonNumberHandling(JsonNumberHandling.WriteAsString)] ulong LamportsPerSignature);
