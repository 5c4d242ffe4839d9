using Pond.Primitives;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Tasks;

public sealed class BundleProgramTests : IDisposable
{
    private readonly DirectoryInfo _bundle = Directory.CreateTempSubdirectory("pond-test-");

    public void Dispose() => _bundle.Delete(recursive: true);

    [Fact]
    public void Entry_is_the_program_with_a_runtime_configuration()
    {
        Add("My.Task.runtimeconfig.json");
        Add("My.Task.dll");
        Add("Pond.Sdk.dll");

        Assert.Equal("My.Task.dll", BundleProgram.FindEntry(_bundle.FullName));
    }

    [Fact]
    public void Program_that_another_one_refers_to_is_not_the_entry()
    {
        Add("Base.runtimeconfig.json");
        Add("Base.dll");
        Add("Base.deps.json", """{"libraries":{"Base/1.0.0":{}}}""");
        Add("Variant.runtimeconfig.json");
        Add("Variant.dll");
        Add("Variant.deps.json", """{"libraries":{"Variant/1.0.0":{},"Base/1.0.0":{}}}""");

        Assert.Equal("Variant.dll", BundleProgram.FindEntry(_bundle.FullName));
    }

    [Fact]
    public void Bundle_without_a_program_is_refused() => AssertRefused("has no *.runtimeconfig.json");

    [Fact]
    public void Bundle_without_the_programs_assembly_is_refused()
    {
        Add("My.Task.runtimeconfig.json");

        AssertRefused("has My.Task.runtimeconfig.json but no My.Task.dll");
    }

    [Fact]
    public void Bundle_with_two_programs_is_refused()
    {
        Add("A.runtimeconfig.json");
        Add("B.runtimeconfig.json");

        AssertRefused("holds several programs: A, B");
    }

    [Fact]
    public void Bundle_with_a_broken_description_is_refused()
    {
        Add("A.runtimeconfig.json");
        Add("A.deps.json", "[]");

        AssertRefused("A.deps.json' is not what a .NET build writes");
    }

    [Fact]
    public void Missing_bundle_is_refused()
    {
        var exception = Assert.Throws<PondException>(() => BundleProgram.FindEntry(Path.Combine(_bundle.FullName, "none")));

        Assert.Equal("bundle-invalid", exception.Code);
    }

    private void AssertRefused(string reason)
    {
        var exception = Assert.Throws<PondException>(() => BundleProgram.FindEntry(_bundle.FullName));

        Assert.Equal("bundle-invalid", exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private void Add(string name, string text = "{}") => File.WriteAllText(Path.Combine(_bundle.FullName, name), text);
}
