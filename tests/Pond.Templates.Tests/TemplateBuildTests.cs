using System.Diagnostics;

namespace Pond.Templates.Tests;

/// <summary>What a user does with a new task: builds it, and runs its tests. All templates at once, since a build costs seconds.</summary>
public sealed class TemplateBuildTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-templates-");

    [Fact]
    public async Task Every_template_builds_without_a_warning_and_its_tests_pass()
    {
        var projects = new List<string>();
        foreach (var template in TaskTemplates.All.Where(template => template.Language is TaskLanguage.CSharp))
        {
            var folder = Path.Combine(_root.FullName, template.Name);
            projects.AddRange(TaskTemplates.Instantiate(template, $"my-{template.Name}", folder, Sdk.Folder)
                .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
                .Select(file => $"<Project Path=\"{template.Name}/{file}\" />"));
        }

        await File.WriteAllTextAsync(Path.Combine(_root.FullName, "all.slnx"), $"<Solution>{string.Concat(projects)}</Solution>");

        await RunAsync("build", "all.slnx", "-v", "quiet", "-warnaserror", "-nodeReuse:false", "-p:UseSharedCompilation=false");
        var results = await RunAsync("test", "all.slnx", "--no-build", "-v", "quiet");

        Assert.Equal(projects.Count / 2, results.Split("Passed!").Length - 1);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _root.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        // The test host's own settings are not for the programs that it starts.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var text = await output + await error;
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}");
        return text;
    }
}
