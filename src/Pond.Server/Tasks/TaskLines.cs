using System.Text;

namespace Pond.Server.Tasks;

/// <summary>Reads a stranger's output line by line in bounded memory.</summary>
internal static class TaskLines
{
    /// <summary>A longer line is cut: a task that never ends its line must not fill the node's memory.</summary>
    public const int MaxLineLength = 8192;

    /// <summary>Calls <paramref name="onLine"/> for each line, until the stream ends.</summary>
    public static async Task ReadAsync(Stream stream, Action<string> onLine, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var buffer = new char[4096];
        var line = new StringBuilder();
        int count;
        while ((count = await reader.ReadAsync(buffer, cancellationToken)) > 0)
        {
            foreach (var character in buffer.AsSpan(0, count))
            {
                if (character is '\n' || line.Length == MaxLineLength)
                {
                    Flush(line, onLine);
                }

                if (character is not ('\n' or '\r'))
                {
                    line.Append(character);
                }
            }
        }

        if (line.Length > 0)
        {
            Flush(line, onLine);
        }
    }

    private static void Flush(StringBuilder line, Action<string> onLine)
    {
        onLine(line.ToString());
        line.Clear();
    }
}
