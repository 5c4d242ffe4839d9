namespace Pond.Sdk.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void Task_in_the_readme_is_one_that_compiles()
    {
        var source = Read("HelloTask.cs");

        Assert.Contains(source[source.IndexOf("public sealed class", StringComparison.Ordinal)..], Read("README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_function_of_a_task_is_in_the_readmes_table()
    {
        var readme = Read("README.md");

        Assert.All(
            typeof(PondTask).GetMethods().Where(method => method.DeclaringType == typeof(PondTask)),
            method => Assert.Contains($"`{method.Name}`", readme, StringComparison.Ordinal));
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name));
}
