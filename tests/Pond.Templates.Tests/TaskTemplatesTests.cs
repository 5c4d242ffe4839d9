using Pond.Primitives;

namespace Pond.Templates.Tests;

public sealed class TaskTemplatesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-templates-");

    [Fact]
    public void A_task_is_made_under_its_name_and_nothing_of_the_template_is_left_over()
    {
        var files = TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.CSharp), "word-count", At("a"), Sdk.Folder);

        Assert.Contains("word-count/WordCountTask.cs", files, StringComparer.Ordinal);
        Assert.Contains("word-count.Tests/word-count.Tests.csproj", files, StringComparer.Ordinal);
        Assert.Contains("config-task.yml", files, StringComparer.Ordinal);
        Assert.All(files, file => Assert.DoesNotContain("Task1", file + File.ReadAllText(Path.Combine(At("a"), file)), StringComparison.Ordinal));
        Assert.Contains("namespace WordCount;", File.ReadAllText(Path.Combine(At("a"), "word-count/WordCountTask.cs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "X")]
    [InlineData("my-task", "My")]
    [InlineData("task", "MyTask")]
    [InlineData("System", "MySystem")]
    [InlineData("a.b_c-d", "ABCD")]
    public void A_name_becomes_a_namespace_that_hides_nothing(string name, string expected)
    {
        var files = TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.CSharp), name, At("a"), Sdk.Folder);

        Assert.Contains($"{name}/{expected}Task.cs", files, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("ends.")]
    [InlineData("with space")]
    [InlineData("a-name-of-twenty-five-let")]
    public void A_name_that_can_be_no_tasks_is_refused_before_anything_is_written(string name)
    {
        var refused = Assert.Throws<PondException>(() =>
            TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.CSharp), name, At("a"), Sdk.Folder));

        Assert.Equal("name-invalid", refused.Code);
        Assert.False(Directory.Exists(At("a")));
    }

    [Fact]
    public void What_is_there_is_not_overwritten()
    {
        Directory.CreateDirectory(At("a"));
        File.WriteAllText(Path.Combine(At("a"), "mine"), "");

        var refused = Assert.Throws<PondException>(() =>
            TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.CSharp), "x", At("a"), Sdk.Folder));

        Assert.Equal("folder-not-empty", refused.Code);
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(At("a")).Select(Path.GetFileName), StringComparer.Ordinal);
    }

    [Fact]
    public void An_unknown_template_is_answered_with_those_there_are()
    {
        var refused = Assert.Throws<PondException>(() => TaskTemplates.Find("scraper", TaskLanguage.JavaScript));

        Assert.Equal("template-unknown", refused.Code);
        Assert.Equal("Choose one of: basic.", refused.Fix);
    }

    [Fact]
    public void Without_the_sdk_no_task_is_made()
    {
        var refused = Assert.Throws<PondException>(() =>
            TaskTemplates.Instantiate(TaskTemplates.Find("basic", TaskLanguage.CSharp), "x", At("a"), At("nothing")));

        Assert.Equal("sdk-missing", refused.Code);
    }

    [Fact]
    public void Every_template_has_a_name_of_its_own_and_files()
    {
        Assert.All(TaskTemplates.All, template =>
        {
            var files = TaskTemplates.Instantiate(template, "x", At($"{template.Language}-{template.Name}"), Sdk.Folder);
            Assert.Contains("config-task.yml", files, StringComparer.Ordinal);
            Assert.Contains("README.md", files, StringComparer.Ordinal);
        });
    }

    public void Dispose() => _root.Delete(recursive: true);

    private string At(string name) => Path.Combine(_root.FullName, name);
}
