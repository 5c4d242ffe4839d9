using Spectre.Console;

namespace Pond.Cli.Tests;

/// <summary>A terminal without colours whose text can be read.</summary>
internal sealed class WrittenConsole : IDisposable
{
    private const int Columns = 200;

    private readonly StringWriter _writer = new() { NewLine = "\n" };

    internal WrittenConsole()
    {
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_writer),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        Console.Profile.Width = Columns;
        // Whatever runs the tests may say otherwise.
        Console.Profile.Capabilities.Unicode = true;
    }

    internal IAnsiConsole Console { get; }

    /// <summary>What was written so far.</summary>
    internal string Text => _writer.ToString().ReplaceLineEndings("\n");

    public void Dispose() => _writer.Dispose();
}
