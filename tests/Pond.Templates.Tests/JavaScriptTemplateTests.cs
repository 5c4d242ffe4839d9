using System.Diagnostics;

namespace Pond.Templates.Tests;

public sealed class JavaScriptTemplateTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-templates-");

    [Fact]
    public async Task It_becomes_one_file_without_any_package_and_its_tests_pass()
    {
        var folder = Path.Combine(_root.FullName, "task");
        TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.JavaScript), "my-task", folder, Sdk.Folder);

        await RunAsync(folder, "build.js");
        await RunAsync(folder, "--check", "dist/main.js");
        var results = await RunAsync(folder, "--test", "tests/");

        Assert.Contains("# pass 4", results, StringComparison.Ordinal);
        Assert.Equal(["dist"], Directory.EnumerateDirectories(folder).Select(Path.GetFileName).Except(["src", "tests"], StringComparer.Ordinal), StringComparer.Ordinal);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var text = await output + await error;
        Assert.True(process.ExitCode == 0, $"node {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{text}");
        return text;
    }
}
