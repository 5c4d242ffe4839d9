using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary>Many sockets in a process of their own: a process may have only so many, and their memory must not count as the server's.</summary>
internal sealed class PubSubListeners : IAsyncDisposable
{
    /// <summary>The hidden command that the child process runs.</summary>
    internal const string CommandName = "pubsub-listeners";

    private readonly Process _process;

    private PubSubListeners(Process process)
    {
        _process = process;
    }

    /// <summary>Opens sockets and returns when all of them are open, and have had an answer to the message.</summary>
    internal static async Task<PubSubListeners> StartAsync(Uri endpoint, int count, string? message, CancellationToken cancellationToken)
    {
        var start = ChildPond.With("bench", CommandName, endpoint.AbsoluteUri, count.ToString(CultureInfo.InvariantCulture), message ?? "");
        var listeners = new PubSubListeners(Process.Start(start)!);
        _ = await listeners._process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new PondException("listeners-failed", "The process of the listening sockets ended.", "See what it wrote above.", isTransient: false);
        return listeners;
    }

    /// <summary>Ends the sockets and says how late each message came, in milliseconds.</summary>
    /// <param name="first">The number in the first message that counts.</param>
    /// <param name="sent">When each message was due, as timestamps of this machine.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<double[]> StopAsync(ulong first, long[] sent, CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        using var bytes = new MemoryStream();
        await _process.StandardOutput.BaseStream.CopyToAsync(bytes, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        var arrivals = MemoryMarshal.Cast<byte, Arrival>(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)).ToArray();
        return [.. arrivals
            .Where(arrival => arrival.Number >= first && arrival.Number < first + (ulong)sent.Length)
            .Select(arrival => (arrival.Timestamp - sent[arrival.Number - first]) * 1000.0 / TimeProvider.System.TimestampFrequency)];
    }

    /// <summary>What the child process does.</summary>
    internal static async Task<int> ListenAsync(Uri endpoint, int count, string message, TimeProvider time, CancellationToken cancellationToken)
    {
        var arrivals = new List<Arrival>();
        var sockets = new List<Socket>();
        var reading = new List<Task>();
        foreach (var batch in Enumerable.Range(0, count).Chunk(100))
        {
            foreach (var socket in await Task.WhenAll(batch.Select(_ => OpenAsync(endpoint, message, cancellationToken))))
            {
                sockets.Add(socket);
                reading.Add(ReadAsync(socket, arrivals, time));
            }
        }

        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync("ready\n"u8.ToArray(), cancellationToken);
        _ = await Console.In.ReadToEndAsync(cancellationToken);
        byte[] result;
        lock (arrivals)
        {
            result = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(arrivals)).ToArray();
        }

        await output.WriteAsync(result, cancellationToken);
        sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(reading);
        return ExitCode.Ok;
    }

    private static async Task<Socket> OpenAsync(Uri endpoint, string message, CancellationToken cancellationToken)
    {
        // Bare sockets: a client's own work must not be measured as the server's.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
        _ = await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {endpoint.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            cancellationToken);
        _ = await socket.ReceiveAsync(new byte[1024], cancellationToken);
        if (message.Length > 0)
        {
            _ = await socket.SendAsync((byte[])[0x81, (byte)(0x80 | message.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(message)], cancellationToken);
        }

        return socket;
    }

    // A message comes in one piece over loopback; only its first number matters.
    private static async Task ReadAsync(Socket socket, List<Arrival> arrivals, TimeProvider time)
    {
        var buffer = new byte[512];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, CancellationToken.None)) > 0)
            {
                var now = time.GetTimestamp();
                if (TryReadNumber(buffer.AsSpan(0, count), out var number))
                {
                    lock (arrivals)
                    {
                        arrivals.Add(new Arrival(number, now));
                    }
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> message, out ulong number)
    {
        number = 0;
        var start = message.IndexOf("\"slot\":"u8);
        return start >= 0 && System.Buffers.Text.Utf8Parser.TryParse(message[(start + 7)..], out number, out _);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private readonly record struct Arrival(ulong Number, long Timestamp);
}
