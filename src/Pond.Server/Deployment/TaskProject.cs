using System.Diagnostics;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.Tasks;

namespace Pond.Server.Deployment;

/// <summary>A task's folder: what it is built from, and the bundle that nodes are to run.</summary>
/// <param name="Folder">The folder of its <c>config-task.yml</c>.</param>
/// <param name="Config">What that file says.</param>
public sealed record TaskProject(string Folder, TaskConfig Config)
{
    /// <summary>Where a bundle is built if the task's configuration names none: its own name is what nodes call it.</summary>
    private const string UsualOutput = "dist";

    /// <summary>Where the program lies: a <c>main.js</c>, or the folder of a published .NET program; null for ARWEAVE.</summary>
    public string? Program => Config.ExecutableNetwork switch
    {
        ExecutableNetworks.Ipfs => Path.GetFullPath(Config.Executable, Folder),
        ExecutableNetworks.Development => DevelopmentProgram(),
        _ => null,
    };

    /// <summary>The .NET project that the program is published from; null if there is none, as for JavaScript.</summary>
    /// <exception cref="PondException"><c>project-ambiguous</c></exception>
    public string? FindDotnetProject()
    {
        string[] projects =
        [
            .. Directory.EnumerateFiles(Folder, "*.csproj").Concat(Directory.Exists(Path.Combine(Folder, "src"))
                    ? Directory.EnumerateFiles(Path.Combine(Folder, "src"), "*.csproj", SearchOption.AllDirectories)
                    : [])
                .Where(path => !Path.GetFileNameWithoutExtension(path).EndsWith("Tests", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        return projects switch
        {
            [] => null,
            [var one] => one,
            _ => throw new PondException(
                "project-ambiguous",
                $"{Folder} has several .NET projects: {string.Join(", ", projects.Select(Path.GetFileName))}.",
                "Keep the task's own project there, or publish it yourself and say --no-build."),
        };
    }

    /// <summary>Publishes the .NET project, if there is one, to where <see cref="Program"/> is.</summary>
    /// <param name="time">Waits.</param>
    /// <param name="cancellationToken">Ends the compiler.</param>
    /// <returns>Whether something was built.</returns>
    /// <exception cref="PondException"><c>build-failed</c> with the compiler's words, or <c>project-ambiguous</c>.</exception>
    public async Task<bool> BuildAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (Program is not { } target || target.EndsWith(".js", StringComparison.Ordinal) || FindDotnetProject() is not { } project)
        {
            return false;
        }

        // Beside its place and then moved there, so that files of the last build don't stay, and nobody sees half of it.
        var fresh = target + ".unfinished";
        DeleteFolder(fresh);
        var start = new ProcessStartInfo(DotnetHost.Executable)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Folder,
        };
        foreach (var word in (string[])["publish", project, "-c", "Release", "-o", fresh, "-v", "quiet", "-nologo", "-clp:NoSummary", "-nodeReuse:false"])
        {
            start.ArgumentList.Add(word);
        }

        using var compiler = Process.Start(start)!;
        compiler.StandardInput.Close();
        var words = compiler.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = compiler.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await compiler.WaitForExitAsync(cancellationToken);
            if (compiler.ExitCode != 0)
            {
                throw new PondException(
                    "build-failed",
                    $"{Path.GetFileName(project)} does not build:\n{(await words).Trim()}\n{(await errors).Trim()}".TrimEnd(),
                    "Mend what the compiler names; 'dotnet build' shows the same.");
            }
        }
        catch (OperationCanceledException)
        {
            compiler.Kill(entireProcessTree: true);
            throw;
        }

        DeleteFolder(target);
        Directory.Move(fresh, target);
        return true;
    }

    /// <summary>Checks the program and computes its CID.</summary>
    /// <returns>Null for ARWEAVE, whose program is elsewhere.</returns>
    /// <exception cref="PondException"><c>program-missing</c>, <c>bundle-invalid</c>, or the disk failed.</exception>
    public TaskBundle? OpenBundle(CancellationToken cancellationToken)
    {
        if (Program is not { } program)
        {
            return null;
        }

        if (!Path.Exists(program))
        {
            throw new PondException(
                "program-missing",
                $"There is no {program}, which task_audit_program names.",
                program.EndsWith(".js", StringComparison.Ordinal) ? "Build the bundle first: 'npm run webpack', for example." : "Leave --no-build out, or publish the program there.");
        }

        return TaskBundle.Open(program, cancellationToken);
    }

    private string DevelopmentProgram()
    {
        var file = Path.Combine(Folder, UsualOutput, Config.Executable + ".js");
        return File.Exists(file) || FindDotnetProject() is null ? file : Path.Combine(Folder, UsualOutput);
    }

    private static void DeleteFolder(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, folder);
        }
    }
}
