using System.Diagnostics;
using System.Text.Json;
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
        var below = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 };
        string[] projects =
        [
            .. Directory.EnumerateFiles(Folder, "*.csproj", below)
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

    /// <summary>
    /// What builds the program, in words for people; null if nothing does: <c>dotnet publish</c> for a .NET project, and the script <c>build</c> or
    /// <c>webpack</c> of a <c>package.json</c>.
    /// </summary>
    /// <exception cref="PondException"><c>project-ambiguous</c></exception>
    public string? FindBuild() =>
        Program is not { } program ? null
        : IsJavaScript(program) ? FindScript() is { } script ? $"npm run {script}" : null
        : FindDotnetProject() is { } project ? $"dotnet publish {Path.GetFileName(project)}" : null;

    /// <summary>Builds the program to where <see cref="Program"/> is, if anything builds it.</summary>
    /// <param name="cancellationToken">Ends the compiler.</param>
    /// <exception cref="PondException"><c>build-failed</c> with the compiler's words, <c>npm-missing</c>, or <c>project-ambiguous</c>.</exception>
    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        if (Program is not { } target || FindBuild() is not { } build)
        {
            return;
        }

        if (IsJavaScript(target))
        {
            var npm = SystemPrograms.Find("npm") ?? throw new PondException(
                "npm-missing", $"'{build}' builds the task, and npm is not installed.", "Install Node.js with npm, or say --no-build if the program is built.");
            await RunAsync(build, npm, ["run", FindScript()!], cancellationToken);
            return;
        }

        // Beside its place and then moved there, so that files of the last build don't stay, and nobody sees half of it.
        var fresh = target + ".unfinished";
        DeleteFolder(fresh);
        await RunAsync(
            build,
            DotnetHost.Executable,
            ["publish", FindDotnetProject()!, "-c", "Release", "-o", fresh, "-v", "quiet", "-nologo", "-clp:NoSummary", "-nodeReuse:false"],
            cancellationToken);
        DeleteFolder(target);
        Directory.Move(fresh, target);
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
                IsJavaScript(program) ? "Build the bundle first: 'npm run webpack', for example." : "Leave --no-build out, or publish the program there.");
        }

        return TaskBundle.Open(program, cancellationToken);
    }

    private static bool IsJavaScript(string program) => program.EndsWith(".js", StringComparison.Ordinal);

    private async Task RunAsync(string build, string program, string[] words, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Folder,
        };
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        using var compiler = Process.Start(start)!;
        compiler.StandardInput.Close();
        var said = compiler.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = compiler.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await compiler.WaitForExitAsync(cancellationToken);
            if (compiler.ExitCode != 0)
            {
                throw new PondException(
                    "build-failed",
                    $"'{build}' failed in {Folder}:\n{(await said).Trim()}\n{(await errors).Trim()}".TrimEnd(),
                    "Mend what it names, or say --no-build if the program is built.");
            }
        }
        catch (OperationCanceledException)
        {
            compiler.Kill(entireProcessTree: true);
            throw;
        }
    }

    private string? FindScript()
    {
        try
        {
            using var package = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "package.json")));
            return package.RootElement.TryGetProperty("scripts", out var scripts)
                ? ((string[])["build", "webpack"]).FirstOrDefault(script => scripts.TryGetProperty(script, out _))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException || DiskFailures.IsOfDisk(exception))
        {
            // No package.json, or none that npm could read either.
            return null;
        }
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
