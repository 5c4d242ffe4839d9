using System.Diagnostics;

namespace Pond.Cli.Bench;

/// <summary>Starts this program again as a process of its own.</summary>
internal static class ChildPond
{
    /// <summary>How to start it with other words; its input and output are the caller's, its complaints go where this process' go.</summary>
    internal static ProcessStartInfo With(params IEnumerable<string> words)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildPond).Assembly.Location);
        }

        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        return start;
    }
}
