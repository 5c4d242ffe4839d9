using System.Xml.Linq;

namespace Pond.Architecture.Tests;

/// <summary>References point one way: from what decides nothing about others to what puts it all together.</summary>
public sealed class ReferenceTests
{
    // Each project with all that it may reference directly. Whoever adds a reference says here, and in ARCHITECTURE.md, why.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Pond.Primitives"] = [],
        ["Pond.Ledger"] = ["Pond.Primitives"],
        ["Pond.Store"] = ["Pond.Primitives"],
        ["Pond.Node"] = ["Pond.Primitives"],
        ["Pond.Contracts"] = ["Pond.Primitives"],
        ["Pond.Client"] = ["Pond.Contracts", "Pond.Store"],
        ["Pond.Sdk"] = ["Pond.Contracts"],
        ["Pond.Server"] = ["Pond.Client", "Pond.Ledger", "Pond.Node"],
        // The cores and the task's code on virtual time; it shares with the shells what a node's actions are on the ledger.
        ["Pond.Simulation"] = ["Pond.Sdk", "Pond.Server"],
        // What a task author tests with: the SDK's contexts in memory, whole networks of real nodes, and simulated ones.
        ["Pond.Sdk.Testing"] = ["Pond.Sdk", "Pond.Server", "Pond.Simulation"],
        ["Pond.Templates"] = ["Pond.Primitives"],
        // The demo deploys the sample, plants its dishonest twin, and searches what the network made.
        // It has the SDK and its harness beside it, for the tasks that it makes of templates.
        ["Pond.Cli"] = ["DocumentIndex", "DocumentIndex.Cheater", "Pond.Sdk.Testing", "Pond.Server", "Pond.Simulation", "Pond.Templates"],
        ["DocumentIndex"] = ["Pond.Sdk"],
        ["DocumentIndex.Cheater"] = ["DocumentIndex"],
        ["UptimeMonitor"] = ["Pond.Sdk"],
        ["KeyValueStore"] = ["Pond.Sdk"],
        ["LyingLeader"] = ["DocumentIndex", "KeyValueStore", "UptimeMonitor"],
    };

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        foreach (var path in Repository.Projects("src", "samples"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var references = XDocument.Load(path).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
                .Order(StringComparer.Ordinal);

            Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is missing in the list of allowed references.");
            Assert.Equal(allowed.Order(StringComparer.Ordinal), references);
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = XDocument.Load(Path.Combine(Repository.Root, "Pond.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")!.Value);
        var present = Repository.Projects("src", "samples", "tests")
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'));

        Assert.Equal(present.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
