using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.LocalNetworks;

/// <summary>The folder of a local network: its ledger, store and nodes, what it was started with, and where it runs.</summary>
/// <remarks>
/// <c>ledger/</c>, <c>store/</c> and <c>nodes/</c> are as their own commands keep them; <c>executables/</c> has the programs that are being
/// developed; <c>network/</c> has the lock, <c>settings.json</c>, <c>variables.json</c>, <c>ports.json</c>, <c>state.json</c>, <c>report.json</c> and <c>log</c>.
/// </remarks>
public sealed class LocalNetworkHome
{
    /// <summary>A log larger than this is put aside at the next start; the one before it goes.</summary>
    private const long MaxLogBytes = 10_000_000;

    private const string VariablesName = "variables.json";

    /// <summary>Names the folder; nothing is made.</summary>
    public LocalNetworkHome(string folder) => Folder = Path.GetFullPath(folder);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Where the host writes what happens.</summary>
    public string Log => Path.Combine(NetworkFolder, "log");

    /// <summary>The ledger's folder.</summary>
    public string Ledger => Path.Combine(Folder, "ledger");

    /// <summary>The store's folder.</summary>
    public string Store => Path.Combine(Folder, "store");

    /// <summary>Where programs lie that are being developed.</summary>
    public string Executables => Path.Combine(Folder, "executables");

    private string NetworkFolder => Path.Combine(Folder, "network");

    /// <summary>Where the network that runs here is; null if none does.</summary>
    /// <remarks>A network that was killed has left its state behind, but not its lock.</remarks>
    public LocalNetworkState? FindRunning() => IsRunning() ? Read<LocalNetworkState>("state.json") : null;

    /// <summary>Whether a process has this network, ready or not.</summary>
    public bool IsRunning()
    {
        if (!Directory.Exists(NetworkFolder))
        {
            return false;
        }

        try
        {
            FolderLock.Take(NetworkFolder).Dispose();
            return false;
        }
        catch (PondException exception) when (exception.Code is "ledger-in-use")
        {
            return true;
        }
    }

    /// <summary>How the nodes are doing, as last written; null if nothing was.</summary>
    public LocalNetworkReport? ReadReport() => Read<LocalNetworkReport>("report.json");

    /// <summary>What the network was started with the last time; the usual if never.</summary>
    public LocalNetworkSettings ReadSettings() => Read<LocalNetworkSettings>("settings.json") ?? new LocalNetworkSettings();

    /// <summary>The variables that the nodes give to every task; none if nobody gave any.</summary>
    public ImmutableSortedDictionary<string, string> ReadVariables() =>
        (Read<Dictionary<string, string>>(VariablesName) ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Remembers the variables for the next start. They may be secrets, so only the owner can read them.</summary>
    /// <exception cref="PondException">The disk failed.</exception>
    public void WriteVariables(ImmutableSortedDictionary<string, string> variables)
    {
        try
        {
            Directory.CreateDirectory(NetworkFolder);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, NetworkFolder);
        }

        var path = Path.Combine(NetworkFolder, VariablesName);
        DurableFiles.WriteSecret(path + ".unfinished", path, JsonSerializer.SerializeToUtf8Bytes(variables, PondJson.Options));
    }

    /// <summary>The process that has the network; null if it has not said so yet.</summary>
    internal int? ReadHolder()
    {
        try
        {
            return int.TryParse(File.ReadAllText(Path.Combine(NetworkFolder, "lock.pid")), CultureInfo.InvariantCulture, out var process) ? process : null;
        }
        catch (Exception exception) when (DiskFailures.IsOfDisk(exception))
        {
            return null;
        }
    }

    internal string Node(int number) => Path.Combine(Folder, "nodes", $"node-{number}");

    /// <summary>Takes the network for this process.</summary>
    /// <exception cref="PondException"><c>network-running</c>, or the disk failed.</exception>
    internal IDisposable Take()
    {
        try
        {
            Directory.CreateDirectory(NetworkFolder);
            Directory.CreateDirectory(Executables);
            return FolderLock.Take(NetworkFolder);
        }
        catch (PondException exception) when (exception.Code is "ledger-in-use")
        {
            throw new PondException(
                "network-running",
                $"A local network runs in {Folder} already.",
                "Stop it with 'pond down', or choose another folder with --home.",
                isTransient: true,
                exception);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, NetworkFolder);
        }
    }

    internal void Write(LocalNetworkState state) => Write("state.json", state);

    internal void Write(LocalNetworkReport report) => Write("report.json", report);

    internal void Write(LocalNetworkSettings settings) => Write("settings.json", settings);

    internal Dictionary<string, int> ReadPorts() => Read<Dictionary<string, int>>("ports.json") ?? [];

    internal void Write(Dictionary<string, int> ports) => Write("ports.json", ports);

    internal void RemoveState()
    {
        DurableFiles.TryDelete(Path.Combine(NetworkFolder, "state.json"));
        DurableFiles.TryDelete(Path.Combine(NetworkFolder, "report.json"));
    }

    /// <summary>Makes room for the log of a new start.</summary>
    internal void TurnLog()
    {
        Directory.CreateDirectory(NetworkFolder);
        if (File.Exists(Log) && new FileInfo(Log).Length > MaxLogBytes)
        {
            File.Move(Log, Log + ".before", overwrite: true);
        }
    }

    // What can't be read was being written when the power went; all of it can be made anew.
    private T? Read<T>(string name)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(NetworkFolder, name)), PondJson.Options);
        }
        catch (Exception exception) when (exception is JsonException || DiskFailures.IsOfDisk(exception))
        {
            return null;
        }
    }

    private void Write<T>(string name, T value)
    {
        var path = Path.Combine(NetworkFolder, name);
        DurableFiles.Write(path + ".unfinished", path, JsonSerializer.SerializeToUtf8Bytes(value, PondJson.Options));
    }
}
