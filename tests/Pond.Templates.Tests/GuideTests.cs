using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Pond.Templates.Tests;

/// <summary>Does what docs/guide/write-a-task.md says: its code is compiled, its tests are run.</summary>
public sealed partial class GuideTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-guide-");

    [Fact]
    public async Task The_guides_code_builds_and_its_tests_pass_on_a_real_network()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "guide", "write-a-task.md"));
        TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.CSharp), "primes", _root.FullName, Sdk.Folder);
        // The template's own tests are about the work that the guide replaces.
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_root.FullName, "primes.Tests"), "*.cs"))
        {
            File.Delete(file);
        }

        var blocks = Code().Matches(guide);
        foreach (Match block in blocks)
        {
            await File.WriteAllTextAsync(Path.Combine(_root.FullName, block.Groups["file"].Value), block.Groups["code"].Value);
        }

        Assert.Equal(3, blocks.Count);
        foreach (var command in Commands().Matches(guide).Select(match => match.Groups["command"].Value).Distinct(StringComparer.Ordinal))
        {
            await RunAsync(command.Split(' '));
        }
    }

    [Fact]
    public async Task Every_command_of_the_guide_is_one_of_dotnet_or_pond()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "guide", "write-a-task.md"));
        var lines = Shell().Matches(guide).SelectMany(block => block.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();

        Assert.Contains("dotnet test", lines, StringComparer.Ordinal);
        Assert.All(lines, line => Assert.Matches("^(pond|dotnet|cd) ", line));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));

    private async Task RunAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [.. arguments, "-v", "quiet", "-p:UseSharedCompilation=false", "-nodeReuse:false"])
        {
            WorkingDirectory = _root.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await error}");
    }

    [GeneratedRegex("^`(?<file>[^`]+\\.cs)`:\n\n```csharp\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Code();

    [GeneratedRegex("^dotnet (?<command>build|test)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Commands();

    [GeneratedRegex("^```\n(?<lines>(pond|dotnet|cd) .*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Shell();
}
