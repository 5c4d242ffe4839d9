using System.Runtime.InteropServices;
using Pond.Primitives;

namespace Pond.Server.Tasks;

/// <summary>The .NET installation that this process runs on; tasks run on the same one.</summary>
internal static class DotnetHost
{
    /// <summary>The folder that <c>DOTNET_ROOT</c> names.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The full path of <c>dotnet</c>.</summary>
    /// <exception cref="PondException"><c>dotnet-missing</c>: this process carries its own runtime.</exception>
    public static string Executable
    {
        get
        {
            var path = Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            return File.Exists(path)
                ? path
                : throw new PondException(
                    "dotnet-missing",
                    $"There is no '{path}' to run C# tasks with.",
                    "Install the .NET 10 runtime and run Pond on it.");
        }
    }
}
