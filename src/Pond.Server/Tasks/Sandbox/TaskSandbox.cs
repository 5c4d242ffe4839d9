using System.Diagnostics;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>
/// The box for untrusted code: bubblewrap with user, pid, mount, ipc, uts and network namespaces of its own. Inside there is a read-only
/// system, the bundle, the node's socket, memory for <c>/tmp</c>, and of all folders only the task's to write in.
/// </summary>
/// <remarks>
/// There is no network but the socket, no capability, no nested user namespace, and no process outlives the node. Get one
/// from <see cref="ProbeAsync"/>, which has really tried it.
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

        if (SystemPrograms.Find("bwrap") is not { } bubblewrap)
        {
            return new(null, "Tasks can't be boxed: bubblewrap is missing; install it with 'apt-get install bubblewrap'.");
        }

        var sandbox = new TaskSandbox(bubblewrap);
        var scratch = Directory.CreateTempSubdirectory("pond-box-");
        try
        {
            var start = new ProcessStartInfo(bubblewrap) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
            sandbox.Enter(start, bundle: scratch.FullName, folder: scratch.FullName, channel: scratch.FullName, executable: "/usr/bin/true");
            start.ArgumentList.Add("/usr/bin/true");
            return await TryAsync(sandbox, start, timeProvider, cancellationToken);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>Makes <paramref name="start"/> begin inside the box; the program and its arguments are to be added.</summary>
    /// <param name="start">What to change.</param>
    /// <param name="bundle">The program's folder; the task only reads it.</param>
    /// <param name="folder">The task's own folder.</param>
    /// <param name="channel">The door's folder; the task only reads it.</param>
    /// <param name="executable">What will run the bundle.</param>
    internal void Enter(ProcessStartInfo start, string bundle, string folder, string channel, string executable)
    {
        start.FileName = _bubblewrap;
        string[] arguments =
        [
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
            "--disable-userns", "--cap-drop", "ALL", "--uid", User, "--gid", User, "--hostname", "task",
            // Without a session of its own a task could type into the node's terminal.
            "--die-with-parent", "--new-session",
            .. SystemMounts(),
            "--proc", "/proc", "--dev", "/dev",
            "--size", ScratchBytes, "--tmpfs", "/tmp", "--size", ScratchBytes, "--tmpfs", "/dev/shm",
            "--ro-bind", bundle, BundleInside,
            "--ro-bind", channel, ChannelInside, "--ro-bind-try", Path.Combine(channel, "passwd"), "/etc/passwd",
            .. executable.StartsWith("/usr/", StringComparison.Ordinal) || executable.StartsWith(DotnetHost.Root, StringComparison.Ordinal)
                ? (string[])[]
                : ["--ro-bind", executable, executable],
            "--bind", folder, FolderInside,
            "--remount-ro", "/",
            "--chdir", FolderInside,
            "--",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }

    /// <summary>What every program needs of the system, and the .NET runtime, which may be installed anywhere.</summary>
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

        return DotnetHost.Root.StartsWith("/usr/", StringComparison.Ordinal)
            ? mounts
            : [.. mounts, "--ro-bind", DotnetHost.Root, DotnetHost.Root];
    }

    private static async Task<SandboxStatus> TryAsync(
        TaskSandbox sandbox, ProcessStartInfo start, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ProbeTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var process = await ChildProcess.StartAsync(start);
        try
        {
            var error = await process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? new(sandbox, "Tasks run in a box (bubblewrap).")
                : new(null, $"Tasks can't be boxed here: {error.Trim().ReplaceLineEndings("; ")} (bubblewrap, exit code {process.ExitCode}).");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, $"Tasks can't be boxed here: bubblewrap did not answer within {ProbeTimeout.TotalSeconds} s.");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
