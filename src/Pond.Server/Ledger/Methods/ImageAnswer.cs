using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>
/// A task's image as the wire shows it: <c>{"context":{...},"value":{"data":["text","encoding"]}}</c>. Thousands of nodes ask for the same
/// image, so its text is encoded once, for as long as the ledger keeps the image itself.
/// </summary>
/// <param name="Context">The state that was read.</param>
/// <param name="Image">The image.</param>
/// <param name="IsCompressed">Whether the caller wants <c>base64+zstd</c>.</param>
internal sealed record ImageAnswer(AnswerContext Context, ImmutableArray<byte> Image, bool IsCompressed) : IWrittenAnswer
{
    private static readonly ConditionalWeakTable<byte[], Encodings> Known = [];

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        var encodings = Known.GetOrAdd(ImmutableCollectionsMarshal.AsArray(Image)!, image => new Encodings(image));
        writer.WriteStartObject();
        writer.WriteStartObject("context"u8);
        writer.WriteNumber("slot"u8, Context.Slot.Value);
        if (Context.ApiVersion is { } version)
        {
            writer.WriteString("apiVersion"u8, version);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("value"u8);
        writer.WriteStartArray("data"u8);
        writer.WriteRawValue(IsCompressed ? encodings.Compressed : encodings.Plain, skipInputValidation: true);
        writer.WriteStringValue(IsCompressed ? "base64+zstd"u8 : "base64"u8);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // JSON strings in UTF-8, quotes included. Base64 has no character that JSON escapes.
    private sealed class Encodings(byte[] image)
    {
        private readonly Lazy<byte[]> _plain = new(() => Quote(image));
        private readonly Lazy<byte[]> _compressed = new(() => Quote(Zstandard.Compress(image)));

        internal ReadOnlySpan<byte> Plain => _plain.Value;

        internal ReadOnlySpan<byte> Compressed => _compressed.Value;

        private static byte[] Quote(byte[] bytes)
        {
            var text = GC.AllocateUninitializedArray<byte>(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 2);
            _ = System.Buffers.Text.Base64.EncodeToUtf8(bytes, text.AsSpan(1), out _, out _);
            text[0] = text[^1] = (byte)'"';
            return text;
        }
    }
}
