using Spectre.Console;

namespace Pond.Cli.Terminal;

/// <summary>The two outputs of a command: data on stdout, everything else on stderr.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Diagnostics and errors.</param>
public sealed record Terminals(IAnsiConsole Out, IAnsiConsole Error)
{
    /// <summary>How wide a line may get where the output is no terminal: wide enough that no table of ours is cut.</summary>
    private const int PlainWidth = 160;

    /// <summary>The process's own. <c>NO_COLOR</c> is honoured.</summary>
    public static Terminals ForProcess() => new(
        Create(Console.Out, Console.IsOutputRedirected), Create(Console.Error, Console.IsErrorRedirected));

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        if (!isRedirected)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        }

        // Told, not asked: under a build server the library takes a log for a terminal.
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = PlainWidth;
        return console;
    }
}
