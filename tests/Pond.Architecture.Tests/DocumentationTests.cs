using System.Text.RegularExpressions;

namespace Pond.Architecture.Tests;

/// <summary>What the documents point to is there.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_relative_link_leads_to_a_file_or_folder()
    {
        var broken =
            from document in Documents()
            from Match link in Link().Matches(File.ReadAllText(document))
            let target = link.Groups["target"].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            let path = Path.Combine(Path.GetDirectoryName(document)!, target)
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{Path.GetRelativePath(Repository.Root, document)}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void The_map_names_every_project()
    {
        var map = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));

        Assert.All(
            Repository.Projects("src", "samples").Select(project => Path.GetFileNameWithoutExtension(project)),
            project => Assert.Contains(project, map, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText, StringComparer.Ordinal);
        var named = (
            from document in Documents()
            from Match test in NamedTest().Matches(File.ReadAllText(document))
            select (Document: Path.GetRelativePath(Repository.Root, document), Class: test.Groups["class"].Value, Name: test.Groups["name"].Value)).ToList();

        Assert.Contains(named, test => test.Document.EndsWith("tasks.md", StringComparison.Ordinal));
        Assert.DoesNotContain(
            named, test => !tests[test.Class].Any(text =>
                text.Contains($" void {test.Name}(", StringComparison.Ordinal) || text.Contains($" Task {test.Name}(", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(new[] { "docs", "src", "samples" }.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Link();

    // A test's name is a sentence; a member of the code has no underscore.
    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<name>\w+_\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NamedTest();
}
