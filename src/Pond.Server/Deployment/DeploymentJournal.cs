using System.Text.Json;
using System.Text.Json.Serialization;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;

namespace Pond.Server.Deployment;

/// <summary>
/// What a deployment has decided, on disk before anything follows from it: a deployment that was killed and is begun again creates the same task.
/// </summary>
internal sealed record DeploymentJournal
{
    private const string FolderName = ".pond";
    private const string IgnoreFile = ".gitignore";

    /// <summary>The ledger's genesis: a task belongs to one network.</summary>
    public required Hash Network { get; init; }

    /// <summary>The seed of the task's key, in base64. The key signs the task's creation and nothing else.</summary>
    public required string TaskSeed { get; init; }

    /// <summary>Where bounty and stakes will lie.</summary>
    public required Pubkey Pot { get; init; }

    /// <summary>What the ledger is to hold as the executable.</summary>
    public required string Executable { get; init; }

    /// <summary>What the ledger is to hold as the metadata.</summary>
    public required string Metadata { get; init; }

    /// <summary>The metadata itself.</summary>
    public required string MetadataJson { get; init; }

    /// <summary>The task's name.</summary>
    public required string Name { get; init; }

    /// <summary>The task that this one takes the place of; null for a task of its own.</summary>
    public Pubkey? Replaces { get; init; }

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsDone { get; init; }

    /// <summary>The task's key.</summary>
    [JsonIgnore]
    public Keypair TaskKey => Keypair.FromSeed(Convert.FromBase64String(TaskSeed));

    /// <summary>The journal of a project on a network; null if nothing was begun.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="network">The ledger's genesis.</param>
    /// <param name="isUpdate">The update that is under way, and not the task that was deployed.</param>
    /// <exception cref="PondException"><c>journal-unreadable</c></exception>
    internal static DeploymentJournal? Find(string project, Hash network, bool isUpdate = false)
    {
        var path = PathOf(project, network, isUpdate);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var journal = JsonSerializer.Deserialize<DeploymentJournal>(File.ReadAllText(path), PondJson.Options);
            return journal?.Network == network ? journal : throw new JsonException("It is of another network.");
        }
        catch (Exception cause) when (cause is JsonException || DiskFailures.IsOfDisk(cause))
        {
            throw new PondException(
                "journal-unreadable",
                $"{path} can't be read: {cause.Message} It says whether a task was created already.",
                "Restore it; or look with 'pond task status' for the task, and remove the file if there is none.",
                innerException: cause);
        }
    }

    /// <summary>All tasks that were deployed from a project.</summary>
    internal static IReadOnlyList<Pubkey> FindTasks(string project)
    {
        var folder = Path.Combine(project, FolderName);
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var tasks = new List<Pubkey>();
        foreach (var path in Directory.EnumerateFiles(folder, "deploy-*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                tasks.Add(JsonSerializer.Deserialize<DeploymentJournal>(File.ReadAllText(path), PondJson.Options)!.TaskKey.PublicKey);
            }
            catch (Exception exception) when (exception is JsonException or FormatException || DiskFailures.IsOfDisk(exception))
            {
                // Whoever deploys is told.
            }
        }

        return tasks;
    }

    /// <summary>Writes it down, for its owner's eyes only: whoever has the key before the task is created could create another one in its place.</summary>
    /// <exception cref="PondException">The disk failed.</exception>
    internal void Save(string project)
    {
        Write(PathOf(project, Network, isUpdate: Replaces is not null && !IsDone));
    }

    /// <summary>Writes down that an update is done: what was deployed before is in its past.</summary>
    internal void Replace(string project)
    {
        Save(project);
        DurableFiles.TryDelete(PathOf(project, Network, isUpdate: true));
    }

    private void Write(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            Directory.CreateDirectory(folder);
            var ignored = Path.Combine(folder, IgnoreFile);
            if (!File.Exists(ignored))
            {
                // Keys are nobody's to commit, even where the project has no such file of its own.
                File.WriteAllText(ignored, "*\n");
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, path);
        }

        DurableFiles.WriteSecret(path + ".unfinished", path, JsonSerializer.SerializeToUtf8Bytes(this, PondJson.Options));
        DurableFiles.SyncFolder(folder);
    }

    private static string PathOf(string project, Hash network, bool isUpdate) =>
        Path.Combine(project, FolderName, $"{(isUpdate ? "update" : "deploy")}-{network.ToString()[..12]}.json");
}
