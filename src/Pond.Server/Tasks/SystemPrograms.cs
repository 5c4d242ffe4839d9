namespace Pond.Server.Tasks;

/// <summary>Programs of the system, found where Debian installs them and never by the caller's search path.</summary>
internal static class SystemPrograms
{
    /// <summary>The full path of a program; null if it is not installed.</summary>
    public static string? Find(string name) =>
        ((string[])["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"]).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
