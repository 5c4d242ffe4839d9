using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Server.Nodes;

/// <summary>The folders of Koii's container node, wherever they lie: <c>config</c>, <c>namespace</c>, <c>executables</c> (or <c>dist</c>), <c>data</c>.</summary>
/// <param name="root">What the container calls <c>/app</c>.</param>
public sealed class ContainerFolders(string root)
{
    private const string ContainerRoot = "/app/";

    /// <summary>Where the tasks' own folders are, and the staking keys.</summary>
    public string Namespace => Path.Combine(root, "namespace");

    /// <summary>Where the node keeps what is its own.</summary>
    public string Data => Path.Combine(root, "data");

    /// <summary>Where a node keeps what is its own: <c>data</c> in a container's folder, else the folder itself.</summary>
    public static string DataOf(string nodeFolder) =>
        Directory.Exists(Path.Combine(nodeFolder, "data")) ? Path.Combine(nodeFolder, "data") : nodeFolder;

    /// <summary>Where programs lie that are being developed: the container mounts a task's <c>dist</c> there.</summary>
    public string Executables => Directory.Exists(Path.Combine(root, "executables")) ? Path.Combine(root, "executables") : Path.Combine(root, "dist");

    /// <summary>The main key, at the place that the environment names.</summary>
    /// <exception cref="PondException"><c>key-missing</c> or <c>key-unreadable</c>.</exception>
    public Keypair ReadMainKey(ContainerEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var place = environment.Wallet;
        return Read(place.StartsWith(ContainerRoot, StringComparison.Ordinal)
            ? Path.Combine(root, place[ContainerRoot.Length..])
            : Path.IsPathRooted(place) ? place : Path.Combine(root, place));
    }

    /// <summary>The staking key that the container's tasks shared; null if there is none.</summary>
    /// <param name="isToken">Whether it is the one for tasks that pay in tokens, <c>staking_wallet_kpl.json</c>.</param>
    /// <exception cref="PondException"><c>key-unreadable</c></exception>
    public Keypair? ReadStakingKey(bool isToken)
    {
        var path = Path.Combine(Namespace, isToken ? "staking_wallet_kpl.json" : "staking_wallet.json");
        return File.Exists(path) ? Read(path) : null;
    }

    private static Keypair Read(string path)
    {
        try
        {
            return Keypair.ParseKeyFile(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PondException("key-missing", $"There is no key file {path}.", "Put the node's id.json there, or correct WALLET_LOCATION.", innerException: exception);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new PondException("key-unreadable", $"The key file {path} can't be read: {exception.Message}", "It is a JSON array of 64 numbers.", innerException: exception);
        }
    }
}
