using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Tasks;
using Pond.Server.Tasks.JavaScript;

namespace Pond.Server.Nodes;

/// <summary>
/// A task's program as its author builds it: <c>NAME.js</c>, or a folder <c>NAME</c>, in the node's folder for development. It is copied before
/// each start, so that a build that is under way disturbs no run.
/// </summary>
internal sealed class DevelopmentBundle
{
    /// <summary>How often its files are looked at: a change is seen within half a second.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly string _folder;
    private readonly string _name;
    private readonly string _copy;

    private DevelopmentBundle(string folder, string name, string copy) => (_folder, _name, _copy) = (folder, name, copy);

    /// <summary>Finds a program.</summary>
    /// <param name="folder">The node's folder for development; null if it runs only what can be verified.</param>
    /// <param name="name">What the task calls it.</param>
    /// <param name="copies">Under which to copy it.</param>
    /// <exception cref="PondException"><c>bundle-unverifiable</c>, <c>bundle-missing</c> or <c>bundle-invalid</c>.</exception>
    internal static DevelopmentBundle Open(string? folder, string name, string copies)
    {
        if (folder is null)
        {
            throw new PondException(
                "bundle-unverifiable",
                $"The task's executable '{name}' is one for development, which has no CID to be checked against.",
                "Only local networks run such tasks; ask the task's creator to deploy it with task_executable_network: IPFS.");
        }

        if (name.Length == 0 || name is "." or ".." || name.AsSpan().ContainsAny("/\\\0"))
        {
            throw new PondException("bundle-invalid", $"The task's executable '{name}' is no file's name.", "Ask the task's creator to name it, such as 'main'.");
        }

        var bundle = new DevelopmentBundle(folder, name, Path.Combine(copies, $"development-{name}"));
        _ = bundle.Find();
        return bundle;
    }

    /// <summary>Copies the program as it is now.</summary>
    /// <returns>The copy's folder.</returns>
    /// <exception cref="PondException"><c>bundle-missing</c>, or the disk failed.</exception>
    internal string Export()
    {
        var source = Find();
        try
        {
            if (Directory.Exists(_copy))
            {
                Directory.Delete(_copy, recursive: true);
            }

            Directory.CreateDirectory(_copy);
            foreach (var (path, relative) in FilesOf(source))
            {
                var target = Path.Combine(_copy, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(path, target);
            }

            JavaScriptModules.MarkAsCommon(Path.GetDirectoryName(_copy)!);
            return _copy;
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, _copy);
        }
    }

    /// <summary>Returns once the program has changed and its files are still again.</summary>
    internal async Task WaitForChangeAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var first = Fingerprint();
        var last = first;
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var now = Fingerprint();
            if (now is not null && now != first && now == last)
            {
                return;
            }

            last = now;
        }
    }

    private string Find()
    {
        var file = Path.Combine(_folder, _name + ".js");
        var folder = Path.Combine(_folder, _name);
        return File.Exists(file) ? file
            : Directory.Exists(folder) ? folder
            : throw new PondException(
                "bundle-missing",
                $"There is neither {file} nor a folder {folder}.",
                "Build the task, and deploy it from its own folder; or put the program there.");
    }

    // A file is the bundle's only one; links are followed, because deploying makes one.
    private static IEnumerable<(string Path, string Relative)> FilesOf(string source) =>
        Directory.Exists(source)
            ? Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal).Select(path => (path, Path.GetRelativePath(source, path)))
            : [(source, BundleProgram.JavaScriptEntry)];

    private string? Fingerprint()
    {
        try
        {
            return string.Join('\n', FilesOf(Find()).Select(file =>
            {
                var info = new FileInfo(file.Path);
                info = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
                return $"{file.Relative}|{info.Length}|{info.LastWriteTimeUtc.Ticks}";
            }));
        }
        catch (Exception exception) when (exception is PondException || DiskFailures.IsOfDisk(exception))
        {
            // In the middle of a build.
            return null;
        }
    }
}
