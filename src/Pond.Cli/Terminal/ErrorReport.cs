using Pond.Primitives;
using Spectre.Console;

namespace Pond.Cli.Terminal;

/// <summary>Says on stderr what went wrong and what to do, in one line each.</summary>
internal static class ErrorReport
{
    /// <summary>Writes the failure and returns its exit code.</summary>
    internal static int Write(IAnsiConsole console, Exception exception)
    {
        switch (exception)
        {
            case PondException pond:
                console.MarkupLineInterpolated($"[red]error[/] [grey]{pond.Code}[/]: {pond.Message}");
                console.MarkupLineInterpolated($"      {pond.Fix}");
                return ExitCode.For(pond);
            case OperationCanceledException:
                console.MarkupLine("Stopped.");
                return ExitCode.Interrupted;
            default:
                console.MarkupLineInterpolated($"[red]error[/] [grey]unexpected[/]: {exception.Message}");
                console.MarkupLine("      This is a defect of Pond. Please report it with the following lines.");
                console.WriteLine(exception.ToString());
                return ExitCode.Unexpected;
        }
    }
}
