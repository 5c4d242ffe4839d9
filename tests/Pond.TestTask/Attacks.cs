using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Pond.TestTask;

/// <summary>A hostile C# task. An attack that throws has failed; one that returns has succeeded and says what it got.</summary>
internal static partial class Attacks
{
    private static readonly Targets Bait = JsonSerializer.Deserialize<Targets>(Environment.GetEnvironmentVariable("TARGETS")!, JsonSerializerOptions.Web)!;
    private static readonly string Door = Environment.GetEnvironmentVariable("POND_SOCKET") ?? "/run/pond/node";

    // The SDK takes the secret away; the kernel still shows what the process was started with.
    private static readonly string Secret = File.ReadAllText("/proc/self/environ").Split('\0').First(line => line.StartsWith("POND_SECRET=", StringComparison.Ordinal))["POND_SECRET=".Length..];

    private static readonly Dictionary<string, Func<Task<string>>> All = new(StringComparer.Ordinal)
    {
        ["read a file of the host"] = () => File.ReadAllTextAsync(Bait.File),
        ["read the node key"] = () => File.ReadAllTextAsync(Bait.Key),
        ["read another task's folder"] = () => Return(() => string.Join(',', Directory.GetFileSystemEntries(Bait.OtherFolder))),
        ["read the host through a link"] = () =>
        {
            File.CreateSymbolicLink("link", Bait.File);
            return File.ReadAllTextAsync("link");
        },
        ["read the host through its first process"] = () => File.ReadAllTextAsync($"/proc/1/root{Bait.File}"),
        ["write the bundle"] = () => Write(Path.Combine(AppContext.BaseDirectory, "planted")),
        ["write the door"] = () => Write("/run/pond/planted"),
        ["write the system"] = () => Write("/usr/bin/planted"),
        ["write the shared memory full"] = () => Fill("/dev/shm/filler"),
        ["find the node's secret in an environment"] = () => Return(() =>
            Directory.GetDirectories("/proc").Select(folder => Path.Combine(folder, "environ")).Any(file => Read(file).Contains("POND_BAIT=", StringComparison.Ordinal))
                ? "found" : throw new InvalidOperationException("nowhere")),
        ["connect to a service of the host"] = () => Connect(new IPEndPoint(IPAddress.Loopback, Bait.Port), AddressFamily.InterNetwork),
        ["connect to it by its own address"] = () => Connect(new IPEndPoint(IPAddress.Parse(Bait.Address), Bait.Port), AddressFamily.InterNetwork),
        ["connect to the cloud's metadata"] = () => Connect(new IPEndPoint(IPAddress.Parse("169.254.169.254"), 80), AddressFamily.InterNetwork),
        ["connect to the internet"] = () => Connect(new IPEndPoint(IPAddress.Parse("1.1.1.1"), 443), AddressFamily.InterNetwork),
        ["connect to another task's socket"] = () => Connect(new UnixDomainSocketEndPoint(Bait.OtherSocket), AddressFamily.Unix),
        ["connect to an abstract socket of the host"] = () => Connect(new UnixDomainSocketEndPoint("\0" + Bait.AbstractSocket), AddressFamily.Unix),
        ["call with a forged secret"] = () => Call(new('f', 64), Environment.GetEnvironmentVariable("POND_TASK") ?? "", "getRound"),
        ["have the staking key's secret"] = () => Call(null, null, "getSubmitterAccount"),
        ["call a method of the original that is not for it"] = () => Call(null, null, "sendTransaction", "a", "b", 1),
        ["send a transaction by the ledger's questions"] = () => Call(null, null, "callLedger", "sendTransaction", "AQ=="),
        ["publish a file of the host"] = () => Call(null, null, "addContent", "/etc/passwd", "loot"),
        ["publish above the folder"] = () => Call(null, null, "addContent", "../../etc/passwd", "loot"),

        // System calls, with arguments for which the kernel itself would give another error than the filter's, or none.
        ["trace itself"] = () => Kernel(101, 0),
        // The box's first process has the task's own rights, so that its memory can be written; what it must not do is unbind its life from the node's.
        ["outlive the node"] = () => Kernel(157, 1, 0),
        ["read another process's memory"] = () => Kernel(310, 1),
        ["write another process's memory"] = () => Kernel(311, 1),
        ["compare two processes"] = () => Kernel(312, 1, 1),
        ["leave the mounts"] = () => Kernel(272, 0x20000),
        ["leave the user namespace"] = () => Kernel(272, 0x10000000),
        ["enter a namespace"] = () => Kernel(308, -1),
        ["mount"] = () => Kernel(165),
        ["unmount"] = () => Kernel(166),
        ["move the root"] = () => Kernel(155),
        ["change the root"] = () => Kernel(161),
        ["open a tree of mounts"] = () => Kernel(428),
        ["open a file system"] = () => Kernel(430),
        ["make a kernel's key"] = () => Kernel(248),
        ["ask for a kernel's key"] = () => Kernel(249),
        ["use the kernel's keys"] = () => Kernel(250, 0, -3),
        ["load a program into the kernel"] = () => Kernel(321, 0),
        ["watch the processor"] = () => Kernel(298),
        ["handle page faults"] = () => Kernel(323),
        ["make a ring of calls"] = () => Kernel(425, 1),
        ["load a module"] = () => Kernel(175),
        ["start another kernel"] = () => Kernel(246),
        ["restart the machine"] = () => Kernel(169),
        ["swap to a file"] = () => Kernel(167),
        ["rename the machine"] = () => Kernel(170),
        ["set the clock"] = () => Kernel(164),
        ["read the kernel's log"] = () => Kernel(103, 10),
        ["open a file by its handle"] = () => Kernel(304, -1),
        ["move memory pages"] = () => Kernel(279, 0),
        ["change how programs are laid out"] = () => Kernel(135, 0x0040000),
        ["clone into a namespace"] = () => Kernel(56, 0x10000000 | 17),
        ["clone by the new call"] = () => Kernel(435),
        ["hide memory in a nameless file"] = () => Kernel(319, 0, 0),
        ["hide memory in System V's"] = () => Kernel(29, 0, 4096, 0x3B6),
        ["type into the terminal"] = () => Kernel(16, 0, 0x5412),
        ["open a raw socket"] = () => Kernel(41, 2, 3, 1),
        ["open a packet socket"] = () => Kernel(41, 17, 3, 0),
        ["open a netlink socket"] = () => Kernel(41, 16, 3, 0),
        ["open a virtual machine's socket"] = () => Kernel(41, 40, 1, 0),
        ["open a socket of a rare protocol"] = () => Kernel(41, 2, 1, 132),
        ["make a call that nobody has judged"] = () => Kernel(470),
        ["make a call of the other interface"] = () => Kernel(0x40000000),
    };

    /// <summary>Tries all, and says of each how it went.</summary>
    internal static async Task RunAsync()
    {
        foreach (var (name, attack) in All)
        {
            try
            {
                Console.WriteLine($"attack {name}: SUCCEEDED: {(await attack()).ReplaceLineEndings(" ")}");
            }
#pragma warning disable CA1031 // That it throws, whatever it is, is what is looked for.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Console.WriteLine($"attack {name}: failed: {exception.Message.ReplaceLineEndings(" ")}");
            }
        }

        Console.WriteLine("attacks over");
    }

    private static Task<string> Return(Func<string> work) => Task.FromResult(work());

    private static Task<string> Write(string path) => Return(() =>
    {
        File.WriteAllText(path, "");
        return path;
    });

    private static Task<string> Fill(string path) => Return(() =>
    {
        using var file = File.Create(path);
        for (var count = 0; count < 80; count++)
        {
            file.Write(new byte[1 << 20]);
        }

        return "full";
    });

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static async Task<string> Connect(EndPoint target, AddressFamily family)
    {
        using var socket = new Socket(family, SocketType.Stream, ProtocolType.Unspecified);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2), TimeProvider.System);
        await socket.ConnectAsync(target, patience.Token);
        return $"connected to {target}";
    }

    private static async Task<string> Call(string? secret, string? task, params object[] args)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Door), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var answer = await http.PostAsJsonAsync(
            new Uri("http://node/namespace-wrapper"),
            new { args, taskId = task ?? Environment.GetEnvironmentVariable("POND_TASK"), secret = secret ?? Secret });
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{(int)answer.StatusCode} {text}");
    }

    // The filter's errors: EPERM, ENOSYS, EPROTONOSUPPORT, EAFNOSUPPORT.
    private static Task<string> Kernel(long number, long first = 0, long second = 0, long third = 0)
    {
        if (RuntimeInformation.ProcessArchitecture is not Architecture.X64)
        {
            throw new PlatformNotSupportedException("The numbers are those of x64.");
        }

        var answer = syscall(number, first, second, third, 0, 0, 0);
        var error = Marshal.GetLastPInvokeError();
        return answer == -1 && error is 1 or 38 or 93 or 97
            ? throw new InvalidOperationException(Marshal.GetPInvokeErrorMessage(error))
            : Task.FromResult($"{answer}, error {error}");
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall(long number, long first, long second, long third, long fourth, long fifth, long sixth);

    private sealed record Targets(string File, string Key, string OtherFolder, string OtherSocket, string AbstractSocket, string Address, int Port);
}
