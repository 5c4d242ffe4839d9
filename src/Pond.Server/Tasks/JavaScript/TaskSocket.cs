using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>Connects to a Unix socket in a folder in which a task may write.</summary>
/// <remarks>A task may put a link to another program's socket in its place. So the name is opened first, never through a link, and it is
/// what was opened that is connected to.</remarks>
internal static class TaskSocket
{
    /// <summary>Connects.</summary>
    /// <exception cref="IOException">There is nothing of that name, or it is a link.</exception>
    /// <exception cref="SocketException">It is no socket, or nobody listens.</exception>
    internal static async ValueTask<Stream> ConnectAsync(string folder, string name, CancellationToken cancellationToken)
    {
        using var parent = Posix.Open(folder, Posix.Directory);
        using var entry = Posix.OpenPath(parent, name);
        if (parent.IsInvalid || entry.IsInvalid)
        {
            throw new IOException($"The task does not listen: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Posix.PathOf(entry)), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
