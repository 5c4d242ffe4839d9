using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;

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

    /// <summary>The operator's keys: those of the main key at the place that the environment names, and the old ones that the tasks have shared.</summary>
    /// <param name="environment">Says where the main key is: a plain key file, or a key store.</param>
    /// <param name="readPassphrase">Gets the passphrase of the key store at a path, where it is one.</param>
    /// <exception cref="PondException"><c>key-missing</c>, <c>key-unreadable</c>, <c>passphrase-wrong</c>.</exception>
    public OperatorKeys ReadKeys(ContainerEnvironment environment, Func<string, string> readPassphrase)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(readPassphrase);
        var path = PathOf(environment.Wallet);
        var keys = IsKeyStore(path) ? KeyStore.Open(path, readPassphrase(path)).Keys : OperatorKeys.Of(PlainKeyFile.Read(path));
        return keys.WithShared(TaskKind.Koii, ReadStakingKey(isToken: false)).WithShared(TaskKind.Token, ReadStakingKey(isToken: true));
    }

    /// <summary>Where something is that the environment file names as the container sees it.</summary>
    internal string PathOf(string place) =>
        place.StartsWith(ContainerRoot, StringComparison.Ordinal) ? Path.Combine(root, place[ContainerRoot.Length..])
        : Path.IsPathRooted(place) ? place
        : Path.Combine(root, place);

    /// <summary>The staking key that the container's tasks shared; null if there is none.</summary>
    /// <param name="isToken">Whether it is the one for tasks that pay in tokens, <c>staking_wallet_kpl.json</c>.</param>
    /// <exception cref="PondException"><c>key-unreadable</c></exception>
    public Keypair? ReadStakingKey(bool isToken)
    {
        var path = Path.Combine(Namespace, isToken ? "staking_wallet_kpl.json" : "staking_wallet.json");
        return File.Exists(path) ? PlainKeyFile.Read(path) : null;
    }

    // What can't be read is told by who reads it next.
    private static bool IsKeyStore(string path)
    {
        try
        {
            return KeyStore.IsOne(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
