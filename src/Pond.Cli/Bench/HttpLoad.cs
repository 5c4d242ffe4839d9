using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pond.Cli.Bench;

/// <summary>Sends requests over kept connections as fast as they are answered, one at a time on each.</summary>
/// <remarks>Written on bare sockets: a full HTTP client costs more than the servers that are measured, and would hide them.</remarks>
internal static class HttpLoad
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>The request that posts a JSON body.</summary>
    internal static byte[] Post(Uri endpoint, ReadOnlySpan<byte> body)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST / HTTP/1.1\r\nHost: {endpoint.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>Runs a load.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="next">The next request; null when there are no more. Called from several threads.</param>
    /// <param name="check">Looks at each answer's body; throws if it is not what was expected.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many requests were answered.</returns>
    internal static async Task<long> RunAsync(
        Uri endpoint, int connections, Func<byte[]?> next, Action<ReadOnlyMemory<byte>> check, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(
            () => RunConnectionAsync(endpoint, next, check, cancellationToken), cancellationToken)));
        return counts.Sum();
    }

    private static async Task<long> RunConnectionAsync(
        Uri endpoint, Func<byte[]?> next, Action<ReadOnlyMemory<byte>> check, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, endpoint.Port, cancellationToken);
        var buffer = new byte[BufferBytes];
        var count = 0L;
        while (next() is { } request)
        {
            await socket.SendAsync(request, cancellationToken);
            var filled = 0;
            (int Start, int Length) body;
            while (!TryFindBody(buffer.AsSpan(0, filled), out body) || filled < body.Start + body.Length)
            {
                if (filled == buffer.Length)
                {
                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
                filled += read > 0 ? read : throw new IOException($"{endpoint} closed the connection in the middle of an answer.");
            }

            check(buffer.AsMemory(body.Start, body.Length));
            count++;
        }

        return count;
    }

    private static bool TryFindBody(ReadOnlySpan<byte> answer, out (int Start, int Length) body)
    {
        body = default;
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = answer[..end];
        if (!head.StartsWith("HTTP/1.1 200"u8))
        {
            throw new InvalidDataException($"The server answered: {Encoding.ASCII.GetString(head)}");
        }

        var name = "Content-Length: "u8;
        var at = head.IndexOf(name);
        if (at < 0 || !Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _))
        {
            throw new InvalidDataException($"The answer has no length: {Encoding.ASCII.GetString(head)}");
        }

        body = (end + 4, length);
        return true;
    }
}
