using Pond.Cli.Terminal;
using Pond.Testing;

namespace Pond.Cli.Tests;

public sealed class PondCommandTests
{
    [Theory]
    [InlineData("demo", "--nodes", "x")]
    [InlineData("demo", "--unknown")]
    [InlineData("nothing")]
    [InlineData("search")]
    public async Task What_can_not_be_understood_is_a_usage_error_on_stderr(params string[] words)
    {
        using var output = new WrittenConsole();
        using var error = new WrittenConsole();

        var exitCode = await PondCommand.RunAsync(words, new Terminals(output.Console, error.Console), new ManualTimeProvider());

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Empty(output.Text);
        Assert.StartsWith("error usage: ", error.Text, StringComparison.Ordinal);
        Assert.Contains("pond --help", error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'pond' is followed by one of: up, down, task,")]
    [InlineData("'pond task' is followed by one of: new, build, test, attack,", "task")]
    [InlineData("'pond task deploy --help' explains it", "task", "deploy", "--unknown")]
    public async Task Whoever_stops_in_the_middle_is_told_how_it_goes_on(string hint, params string[] words)
    {
        using var output = new WrittenConsole();
        using var error = new WrittenConsole();

        await PondCommand.RunAsync(words, new Terminals(output.Console, error.Console), new ManualTimeProvider());

        Assert.Contains(hint, error.Text.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_says_its_code_its_words_and_what_to_do()
    {
        using var output = new WrittenConsole();
        using var error = new WrittenConsole();

        var exitCode = await PondCommand.RunAsync(
            ["demo", "--nodes", "4", "--cheaters", "2"], new Terminals(output.Console, error.Console), new ManualTimeProvider());

        Assert.Equal(ExitCode.Validation, exitCode);
        Assert.Equal(
            """
            error too-many-cheaters: --cheaters 2 of --nodes 4: where half of the nodes or more cheat, they outvote the honest ones, and no audit helps.
                  With 4 nodes choose at most --cheaters 1.

            """.ReplaceLineEndings("\n"),
            error.Text);
    }
}
