using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Pond.EndToEnd.Tests;

/// <summary>The built CLI as a real process, with a home of its own that is gone afterwards.</summary>
internal sealed partial class PondProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Lock _lock = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    private PondProcess(Process process)
    {
        _process = process;
    }

    // The build that these tests belong to.
    private static string Configuration => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>The process id.</summary>
    internal int Id => _process.Id;

    /// <summary>All that was written to stdout so far.</summary>
    internal string Out => Read(_out);

    /// <summary>All that was written to stderr so far.</summary>
    internal string Error => Read(_error);

    /// <summary>Starts <c>pond</c> with these words.</summary>
    internal static PondProcess Start(string home, params string[] words) => StartIn(Environment.CurrentDirectory, home, words);

    /// <summary>Starts <c>pond</c> with these words in a folder.</summary>
    internal static PondProcess StartIn(string folder, string home, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["POND_HOME"] = home, ["NO_COLOR"] = "1", ["POND_PASSPHRASE"] = "four words nobody guesses" },
        };
        foreach (var word in words.Prepend(Path.Combine(AppContext.BaseDirectory, "..", "..", "Pond.Cli", Configuration, "pond.dll")))
        {
            start.ArgumentList.Add(word);
        }

        var pond = new PondProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        pond._process.OutputDataReceived += (_, line) => pond.Take(pond._out, line.Data);
        pond._process.ErrorDataReceived += (_, line) => pond.Take(pond._error, line.Data);
        pond._process.Start();
        pond._process.BeginOutputReadLine();
        pond._process.BeginErrorReadLine();
        return pond;
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits until a line on stdout or stderr contains the text, or the process has ended.</summary>
    internal Task WaitForTextAsync(string text, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_out.ToString().Contains(text, StringComparison.Ordinal) || _error.ToString().Contains(text, StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            _awaited.Add((text, seen));
        }

        _process.Exited += (_, _) => seen.TrySetException(
            new InvalidOperationException($"pond ended before it wrote '{text}'.\n{Out}\n{Error}"));
        return seen.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends it at once, as <c>kill -9</c> does.</summary>
    internal void Kill() => _process.Kill();

    /// <summary>Presses Ctrl-C.</summary>
    internal void Interrupt() => _ = Kill(_process.Id, signal: 2);

    /// <summary>The command lines of all processes on this machine that contain the text.</summary>
    internal static List<string> CommandLinesWith(string text) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(folder => int.TryParse(Path.GetFileName(folder), out _))
            .Select(ReadCommandLine)
            .Where(line => line.Contains(text, StringComparison.Ordinal)),
    ];

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string ReadCommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked.
            return string.Empty;
        }
    }

    private string Read(StringBuilder builder)
    {
        lock (_lock)
        {
            return builder.ToString();
        }
    }

    private void Take(StringBuilder builder, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            builder.Append(line).Append('\n');
            foreach (var (text, seen) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
