using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Pond.Ledger.Tasks;

/// <summary>What happened to a task, as one line of JSON: logged for those who listen, and hashed into the task's history.</summary>
internal static class TaskEvent
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an event.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="task">To which task.</param>
    /// <param name="fields">The rest: texts, numbers, keys, amounts, rounds and slots, in order.</param>
    internal static string Write(string kind, Pubkey task, params (string Name, object Value)[] fields)
    {
        // The writer asks for 4 KiB at a time, which for one line is a waste that shows.
        using var buffer = new PooledBuffer();
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("task", task.ToString());
        foreach (var (name, value) in fields)
        {
            switch (value)
            {
                case string text:
                    writer.WriteString(name, text);
                    break;
                case bool flag:
                    writer.WriteBoolean(name, flag);
                    break;
                case ulong number:
                    writer.WriteNumber(name, number);
                    break;
                case Lamports amount:
                    writer.WriteNumber(name, amount.Value);
                    break;
                case Round round:
                    writer.WriteNumber(name, round.Value);
                    break;
                case Pubkey or Hash:
                    writer.WriteString(name, value.ToString());
                    break;
                default:
                    throw new UnreachableException($"No case for {value}.");
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.Written);
    }
}
