using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pond.Ledger.Tasks;

/// <summary>What happened to a task, as one line of JSON: logged for those who listen, and hashed into the task's history.</summary>
internal static class TaskEvent
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Every instruction writes a line, so the buffers are used again and the line is made in one piece.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _bytes;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private static ReadOnlySpan<byte> Marker => "Program log: TaskEvent:"u8;

    /// <summary>Writes an event.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="task">To which task.</param>
    /// <param name="json">The event itself in UTF-8; good until the next one is written.</param>
    /// <param name="fields">The rest, in order.</param>
    /// <returns>The line for the log.</returns>
    internal static string Write(string kind, Pubkey task, out ReadOnlySpan<byte> json, params ReadOnlySpan<EventField> fields)
    {
        var bytes = _bytes ??= new(1024);
        var writer = _writer ??= new(bytes, Options);
        bytes.ResetWrittenCount();
        bytes.Write(Marker);
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("task"u8, new KeyText(task).Utf8);
        foreach (ref readonly var field in fields)
        {
            field.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        json = bytes.WrittenSpan[Marker.Length..];
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
