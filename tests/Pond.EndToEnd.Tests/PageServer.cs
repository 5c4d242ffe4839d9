using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pond.EndToEnd.Tests;

/// <summary>A web site of one page, for tasks that read the web.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const string Page = "<html><head><title>A page for a test</title></head><body>It says the same to everybody.</body></html>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    internal PageServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    internal Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync()
    {
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}");
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                    // The question does not matter; its end does.
                }

                await client.GetStream().WriteAsync(answer);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The end of the test.
        }
    }
}
