using System.Diagnostics;
using System.Globalization;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>The box of one task: what is made for it outside, and taken away when it has ended.</summary>
/// <remarks>
/// From outside to inside: a shell joins the task's cgroups and opens what bubblewrap reads; as root <c>setpriv</c> becomes the task's user; a box with internet
/// gets its network; bubblewrap makes the box; <c>prlimit</c> bounds what a user's processes may; then the task's program runs. The task's variables are read
/// by bubblewrap from a file, and set inside: a variable such as <c>LD_PRELOAD</c> must not get to a program that is not in the box yet.
/// </remarks>
internal sealed class TaskBox : IAsyncDisposable
{
    /// <summary>The kernel counts processes for each user namespace, and not for all of a user's together, from 5.14 on.</summary>
    private static readonly Version CountsByNamespace = new(5, 14);

    private const string Enter = """exec 8<"$1" 9<"$2"; shift 2; while [ "$1" != -- ]; do echo 0 >"$1" || exit 125; shift; done; shift; exec "$@" """;

    private readonly BoxPlan _plan;
    private readonly DirectoryInfo _files;
    private readonly TaskCgroup _cgroup;
    private readonly uint? _user;
    private BoxNetwork? _network;
    private BoxPlan _shown;
    private string _filesShown;
    private Func<Task> _hide = () => Task.CompletedTask;

    private TaskBox(BoxPlan plan)
    {
        _shown = _plan = plan;
        _user = BoxUser.Of(plan.Folder);
        _files = Directory.CreateTempSubdirectory("pond-box-");
        _filesShown = _files.FullName;
        _cgroup = TaskCgroup.Make(plan.Limits);
    }

    /// <summary>Whether the kernel bounds the memory of what is in it.</summary>
    internal bool BoundsMemory => _cgroup.BoundsMemory;

    /// <summary>Whether the kernel has ended something in it for want of memory.</summary>
    internal bool HasRunOutOfMemory => _cgroup.HasRunOutOfMemory();

    /// <summary>Makes what the box needs.</summary>
    /// <exception cref="IOException">The machine refuses it.</exception>
    internal static async Task<TaskBox> OpenAsync(BoxPlan plan, CancellationToken cancellationToken)
    {
        var box = new TaskBox(plan);
        try
        {
            await box.PrepareAsync(cancellationToken);
            return box;
        }
        catch
        {
            await box.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes <paramref name="start"/> run a program in the box.</summary>
    /// <param name="start">What to change; its environment is the program's, and moves inside.</param>
    /// <param name="program">The program, its path as the task sees it, and its arguments.</param>
    internal void Describe(ProcessStartInfo start, IEnumerable<string> program)
    {
        var inside = new List<string>(TaskSandbox.Arguments(_shown));
        foreach (var (name, value) in start.Environment)
        {
            inside.AddRange(["--setenv", name, value ?? ""]);
        }

        var arguments = Path.Combine(_files.FullName, "arguments");
        File.WriteAllText(arguments, string.Join('\0', inside) + '\0');
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.WorkingDirectory = "/";
        start.FileName = "/bin/sh";
        IEnumerable<string> command =
        [
            "-c", Enter, "pond-box", arguments, Path.Combine(_files.FullName, "filter"), .. _cgroup.Entrances, "--",
            .. AsUser(),
            .. _network?.Enter(_filesShown) ?? [],
            _shown.Bubblewrap, "--args", "8", "--seccomp", "9", "--",
            "/usr/bin/prlimit", .. Limits(), "--",
            .. program,
        ];
        foreach (var argument in command)
        {
            start.ArgumentList.Add(argument);
        }
    }

    /// <summary>Does what needs the process to be there.</summary>
    internal async Task OnStartedAsync(Process process)
    {
        if (_network is not null)
        {
            await _network.ConnectAsync(process, _filesShown, AsUser());
        }

        if (!_cgroup.BoundsProcessors && !process.HasExited)
        {
            try
            {
                // All that it starts inherits it.
                process.PriorityClass = ProcessPriorityClass.BelowNormal;
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It has ended meanwhile.
            }
        }
    }

    /// <summary>Takes everything away; the task must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        await _hide();
        _cgroup.Dispose();
        _files.Delete(recursive: true);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        // What programs look for in /etc: who they are, who "localhost" is, whom to ask for names. A box has no user database.
        await File.WriteAllTextAsync(
            Path.Combine(_plan.Channel, "passwd"), $"task:x:1000:1000::{TaskSandbox.FolderInside}:/usr/sbin/nologin\n", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_plan.Channel, "hosts"), "127.0.0.1 localhost\n::1 localhost\n", cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_plan.Channel, "resolv.conf"),
            string.Concat((_plan.Network?.Resolvers ?? []).Select(resolver => $"nameserver {resolver}\n")),
            cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(_files.FullName, "filter"), SystemCallFilter.Build(), cancellationToken);
        if (_plan.Network is { } wanted)
        {
            _network = BoxNetwork.Prepare(_files.FullName, wanted);
        }

        if (_user is { } user)
        {
            BoxUser.GiveTo(user, _plan.Folder);
            BoxUser.GiveTo(user, _plan.Channel);
            if (_network is not null)
            {
                BoxUser.GiveTo(user, _files.FullName);
            }

            // A program that is root's alone is copied: whose folder it is, he need not open it to everybody.
            var bundle = _plan.Bundle;
            if (!BoxUser.IsReadable(bundle))
            {
                BoxUser.CopyReadable(bundle, Path.Combine(_files.FullName, "bundle"));
                bundle = Path.Combine(_files.FullName, "bundle");
            }

            string[] paths = [bundle, _plan.Folder, _plan.Channel, _files.FullName, .. _plan.Programs.Select(pair => pair.Path)];
            (paths, _hide) = await BoxStage.ShowAsync(paths);
            _filesShown = paths[3];
            _shown = _plan with
            {
                Bundle = paths[0],
                Folder = paths[1],
                Channel = paths[2],
                Programs = [.. _plan.Programs.Zip(paths[4..], (pair, path) => (path, pair.Inside))],
            };
        }
    }

    private string[] AsUser() => _user is { } user
        ? ["/usr/bin/setpriv", "--reuid", BoxUser.NameOf(user), "--regid", BoxUser.NameOf(user), "--clear-groups", "--inh-caps=-all", "--"]
        : [];

    private IEnumerable<string> Limits()
    {
        var limits = _plan.Limits;
        yield return "--core=0";
        yield return Limit("nofile", limits.OpenFiles);
        yield return Limit("fsize", limits.FileBytes);
        if (Environment.OSVersion.Version >= CountsByNamespace || _user is not null)
        {
            yield return Limit("nproc", limits.Processes);
        }

        static string Limit(string name, long value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");
    }
}

/// <summary>What a box is made of.</summary>
/// <param name="Bubblewrap">The path of <c>bwrap</c>.</param>
/// <param name="Bundle">The program's folder; the task only reads it.</param>
/// <param name="Folder">The task's own folder.</param>
/// <param name="Channel">The door's folder; the task only reads it.</param>
/// <param name="Programs">What else is shown, read only: where it lies, and where the task sees it.</param>
/// <param name="Limits">How much of the machine the task may take.</param>
/// <param name="Network">How it gets to the internet; null if it does not.</param>
internal sealed record BoxPlan(
    string Bubblewrap, string Bundle, string Folder, string Channel, IReadOnlyList<(string Path, string Inside)> Programs, TaskLimits Limits, BoxInternet? Network);
