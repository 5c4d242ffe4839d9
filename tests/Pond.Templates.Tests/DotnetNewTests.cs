using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Pond.Templates.Tests;

/// <summary>The template for <c>dotnet new</c> makes what <c>pond task new</c> makes.</summary>
public sealed class DotnetNewTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-dotnet-new-");

    [Fact]
    public void It_offers_every_template_in_the_same_words()
    {
        using var description = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot(), "templates/csharp/.template.config/template.json")));
        var choices = description.RootElement.GetProperty("symbols").GetProperty("template").GetProperty("choices").EnumerateArray()
            .Select(choice => (choice.GetProperty("choice").GetString()!, choice.GetProperty("description").GetString()!));
        var sources = description.RootElement.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("source").GetString()!);

        var offered = TaskTemplates.All.Where(template => template.Language is TaskLanguage.CSharp).ToList();
        Assert.Equal(offered.Select(template => (template.Name, template.Description)), choices);
        Assert.Equal(offered.Select(template => $"{template.Name}/").Prepend("shared/"), sources, StringComparer.Ordinal);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task Packed_and_installed_it_makes_each_task_as_pond_does_and_it_builds()
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        await RunAsync("pack", Path.Combine(RepositoryRoot(), "src/Pond.Templates"), "-c", configuration, "--no-build", "-o", At("package"), "-v", "quiet");
        await RunAsync("new", "install", Assert.Single(Directory.GetFiles(At("package"), "*.nupkg")));

        foreach (var template in TaskTemplates.All.Where(template => template.Language is TaskLanguage.CSharp))
        {
            await RunAsync("new", "pond-task", "-n", "word-count", "--template", template.Name, "--pondSdk", Sdk.Folder, "-o", At($"new/{template.Name}"));
            var files = TaskTemplates.Instantiate(template, "word-count", At($"pond/{template.Name}"), Sdk.Folder);

            Assert.Equal(files, FilesOf(At($"new/{template.Name}")), StringComparer.Ordinal);
            Assert.All(files, file => Assert.Equal(
                File.ReadAllText(At($"pond/{template.Name}/{file}")), File.ReadAllText(At($"new/{template.Name}/{file}")), StringComparer.Ordinal));
        }

        await RunAsync("build", At("new/basic"), "-v", "quiet", "-warnaserror", "-nodeReuse:false", "-p:UseSharedCompilation=false");
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file))
        .Order(StringComparer.Ordinal);

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));

    private string At(string path) => Path.Combine(_root.FullName, path);

    private async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _root.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Templates are installed for a user, so this one is a user of its own.
        start.Environment["DOTNET_CLI_HOME"] = At("home");
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBUILD_EXE_PATH");
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await error}");
    }
}
