using Pond.Server.Tasks;
using Pond.Server.Tasks.JavaScript;

namespace Pond.Server.Tests.Tasks.JavaScript;

public sealed class JavaScriptDocumentTests
{
    [Fact]
    public void The_protocols_table_names_every_method_that_is_served()
    {
        var root = new DirectoryInfo(Bundles.Of("core-logic")).Parent!.Parent!.Parent!.FullName;
        var text = File.ReadAllText(Path.Combine(root, "docs", "protocol", "javascript-tasks.md"));
        var methods = new JavaScriptMethods(
            new FakeJavaScriptServices(), new TaskFiles("/task", "/task"), "/task", "http://127.0.0.1:8899", peers: null, new TaskEvents(() => { }, (_, _) => { }, _ => { }));

        Assert.All(methods.Names.Where(name => name is not "phaseCompleted"), name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }
}
