using System.Text.Json;

namespace Pond.Testing;

/// <summary>The golden vectors of content addressing, <c>tests/vectors/ipfs-vectors.json</c>.</summary>
/// <remarks>Where each value comes from, the file says itself under <c>provenance</c> and <c>oracles</c>.</remarks>
public static class IpfsVectors
{
    private static readonly Lazy<JsonDocument> Document = new(() => VectorFile.Load("ipfs-vectors.json"));

    /// <summary>A section of the file, such as <c>cars</c>.</summary>
    public static JsonElement Section(string name) => Document.Value.RootElement.GetProperty(name);

    /// <summary>The text of a property.</summary>
    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    /// <summary>The text of a property, or null if there is none.</summary>
    public static string? TextOrNull(this JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? value.GetString() : null;

    /// <summary>A number.</summary>
    public static long Number(this JsonElement element, string property) => element.GetProperty(property).GetInt64();

    /// <summary>Bytes in hexadecimal.</summary>
    public static byte[] Bytes(this JsonElement element, string property) => ByteText.Hex(element.Text(property));

    /// <summary>A list of texts.</summary>
    public static string[] Texts(this JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(item => item.GetString()!)];

    /// <summary>The content that a vector describes, generated as it is read.</summary>
    public static Stream Content(JsonElement description) => description.Text("gen") switch
    {
        "zeros" => GeneratedStream.Zeros(description.Number("length")),
        "xorshift32" => GeneratedStream.XorShift32((uint)description.Number("seed"), description.Number("length")),
        "utf8" => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(description.Text("text"))),
        "hex" => new MemoryStream(description.Bytes("hex")),
        var generator => throw new NotSupportedException($"No generator is called {generator}."),
    };
}
