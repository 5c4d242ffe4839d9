using System.Diagnostics;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>
/// The box for untrusted code: bubblewrap with user, pid, mount, ipc, uts and network namespaces of its own. Inside there is a read-only
/// system, the bundle, the node's socket, memory for <c>/tmp</c>, and of all folders only the task's to write in.
/// </summary>
/// <remarks>
/// There is no network but the socket, no capability, no nested user namespace, few system calls that reach further (<see cref="SystemCallFilter"/>), a bound
/// on memory, processes and disk (<see cref="TaskLimits"/>), and no process outlives the node. A node that is root gives each task a user of its own
/// first (<see cref="BoxUser"/>). Get one from <see cref="ProbeAsync"/>, which has really tried it.
/// </remarks>
public sealed class TaskSandbox
{
    /// <summary>The task's folder, as the task sees it.</summary>
    internal const string FolderInside = "/task";

    /// <summary>The bundle, as the task sees it.</summary>
    internal const string BundleInside = "/bundle";

    /// <summary>The folder of the node's socket, as the task sees it.</summary>
    internal const string ChannelInside = "/run/pond";

    /// <summary>The user and group number inside, those of the first ordinary user.</summary>
    private const string User = "1000";

    /// <summary>How much memory <c>/tmp</c> and <c>/dev/shm</c> may each take: 64 MiB.</summary>
    private const string ScratchBytes = "67108864";

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(10);

    private readonly string _bubblewrap;

    private TaskSandbox(string bubblewrap) => _bubblewrap = bubblewrap;

    /// <summary>Finds out whether tasks can be boxed on this machine, by boxing a program that does nothing.</summary>
    public static async Task<SandboxStatus> ProbeAsync(TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new(null, "Tasks can't be boxed: bubblewrap is for Linux only.");
        }

        if (!SystemCallFilter.IsSupported)
        {
            return new(null, "Tasks can't be boxed: there is no filter of system calls for this processor, only for x64 and ARM64.");
        }

        if (SystemPrograms.Find("bwrap") is not { } bubblewrap)
        {
            return new(null, "Tasks can't be boxed: bubblewrap is missing; install it with 'apt-get install bubblewrap'.");
        }

        if (SystemPrograms.Find("prlimit") is null || SystemPrograms.Find("setpriv") is null)
        {
            return new(null, "Tasks can't be boxed: prlimit or setpriv is missing; install them with 'apt-get install util-linux'.");
        }

        var sandbox = new TaskSandbox(bubblewrap);
        using var timeout = new CancellationTokenSource(ProbeTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var (code, error) = await sandbox.RunAsync("/usr/bin/true", onOutput: () => { }, either.Token);
            return code == 0
                ? new(sandbox, "Tasks run in a box (bubblewrap).")
                : new(null, $"Tasks can't be boxed here: {error.Trim().ReplaceLineEndings("; ")} (bubblewrap, exit code {code}).");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(null, $"Tasks can't be boxed here: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, $"Tasks can't be boxed here: bubblewrap did not answer within {ProbeTimeout.TotalSeconds} s.");
        }
    }

    /// <summary>Runs a program of the system in a box of its own, with an empty folder, to its end.</summary>
    /// <param name="program">Its path, below <c>/usr</c>.</param>
    /// <param name="onOutput">Is told when its output begins, or it has ended without any.</param>
    /// <param name="cancellationToken">Gives up; it is ended.</param>
    /// <returns>Its exit code, and what it wrote to its standard error.</returns>
    /// <exception cref="IOException">The machine refuses the box.</exception>
    public async Task<(int Code, string Error)> RunAsync(string program, Action onOutput, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("pond-box-");
        try
        {
            var (bundle, folder, channel) = (scratch.CreateSubdirectory("b"), scratch.CreateSubdirectory("f"), scratch.CreateSubdirectory("c"));
            await using var box = await OpenAsync(
                bundle.FullName, folder.FullName, channel.FullName, program, new TaskLimits(), internet: null, cancellationToken);
            var start = new ProcessStartInfo { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment.Clear();
            box.Describe(start, [program]);
            using var process = await ChildProcess.StartAsync(start);
            try
            {
                _ = await process.StandardOutput.BaseStream.ReadAsync(new byte[1], cancellationToken);
                onOutput();
                var error = await process.StandardError.ReadToEndAsync(cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                return (process.ExitCode, error);
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Makes what a task's box needs outside.</summary>
    /// <param name="bundle">The program's folder; the task only reads it.</param>
    /// <param name="folder">The task's own folder.</param>
    /// <param name="channel">The door's folder; the task only reads it.</param>
    /// <param name="executable">What will run the bundle.</param>
    /// <param name="limits">How much of the machine the task may take.</param>
    /// <param name="internet">What of the internet it gets to; null for nothing.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The machine refuses it.</exception>
    internal Task<TaskBox> OpenAsync(
        string bundle, string folder, string channel, string executable, TaskLimits limits, BoxInternet? internet, CancellationToken cancellationToken) =>
        TaskBox.OpenAsync(
            new(
                _bubblewrap,
                bundle,
                folder,
                channel,
                // The runtime may be installed anywhere.
                [.. ((string[])[DotnetHost.Root, executable]).Where(path => !IsSystem(path)).Where(path => path == DotnetHost.Root || !IsBelow(path, DotnetHost.Root)).Select(path => (path, path))],
                limits,
                internet),
            cancellationToken);

    /// <summary>The arguments of bubblewrap that make a box.</summary>
    internal static IEnumerable<string> Arguments(BoxPlan plan) =>
    [
        "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
        // A box that gets to the internet has a network namespace from outside.
        .. plan.Network is null ? (string[])["--unshare-net"] : [],
        "--disable-userns", "--cap-drop", "ALL", "--uid", User, "--gid", User, "--hostname", "task",
        // Without a session of its own a task could type into the node's terminal.
        "--die-with-parent", "--new-session", "--clearenv",
        .. SystemMounts(),
        "--proc", "/proc", "--dev", "/dev",
        "--size", ScratchBytes, "--tmpfs", "/tmp", "--size", ScratchBytes, "--tmpfs", "/dev/shm",
        "--ro-bind", plan.Bundle, BundleInside,
        "--ro-bind", plan.Channel, ChannelInside,
        .. ((string[])["passwd", "hosts", "resolv.conf"]).SelectMany(file => (string[])["--ro-bind", Path.Combine(plan.Channel, file), $"/etc/{file}"]),
        .. plan.Programs.SelectMany(program => (string[])["--ro-bind", program.Path, program.Inside]),
        "--bind", plan.Folder, FolderInside,
        "--remount-ro", "/",
        "--chdir", FolderInside,
    ];

    private static bool IsSystem(string path) => IsBelow(path, "/usr") || IsBelow(path, "/bin");

    private static bool IsBelow(string path, string folder) => path.StartsWith($"{folder}/", StringComparison.Ordinal);

    /// <summary>What every program needs of the system, and the certificates by which it knows the web.</summary>
    private static IEnumerable<string> SystemMounts()
    {
        IEnumerable<string> mounts = ["--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"];
        foreach (var folder in (string[])["bin", "lib", "lib64", "sbin"])
        {
            var info = new DirectoryInfo($"/{folder}");
            mounts = !info.Exists ? mounts
                : info.LinkTarget is { } target ? [.. mounts, "--symlink", target, info.FullName]
                : [.. mounts, "--ro-bind", info.FullName, info.FullName];
        }

        return [.. mounts, "--ro-bind-try", "/etc/ssl/certs", "/etc/ssl/certs", "--ro-bind-try", "/etc/pki/tls/certs", "/etc/pki/tls/certs"];
    }
}
