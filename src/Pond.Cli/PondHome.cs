using Pond.Primitives;

namespace Pond.Cli;

/// <summary>Where Pond keeps what outlives a command: <c>$POND_HOME</c>, or the platform's folder for application data.</summary>
public static class PondHome
{
    /// <summary>The environment variable that moves the folder.</summary>
    public const string Variable = "POND_HOME";

    /// <summary>The folder's full path; it may not exist yet.</summary>
    public static string Path =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path
            ? System.IO.Path.GetFullPath(path)
            : System.IO.Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "pond");

    /// <summary>The folder of one purpose below the home, made if it is not there.</summary>
    /// <exception cref="PondException"><c>data-folder-unwritable</c>: it can't be made.</exception>
    public static string Folder(string name)
    {
        var folder = System.IO.Path.Combine(Path, name);
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "data-folder-unwritable",
                $"Pond can't make its folder {folder}: {exception.Message}",
                $"Make it writable, or set {Variable} to a folder that is.",
                innerException: exception);
        }
    }
}
