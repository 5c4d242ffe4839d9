using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.Nodes;

/// <summary>What an operator has said about his tasks while the node ran: it counts before the environment file, and is kept in the data folder.</summary>
/// <param name="Schema">The file's version: 1.</param>
/// <param name="Tasks">What he said about each.</param>
internal sealed record NodeRoster(int Schema, ImmutableSortedDictionary<Pubkey, RosterEntry> Tasks)
{
    /// <summary>The file in the node's data folder.</summary>
    internal const string FileName = "roster.json";

    private static readonly NodeRoster Empty = new(1, ImmutableSortedDictionary<Pubkey, RosterEntry>.Empty);

    /// <summary>What he said about a task; nothing if he said nothing.</summary>
    internal RosterEntry this[Pubkey task] => Tasks.GetValueOrDefault(task) ?? new RosterEntry();

    /// <summary>Reads the file; empty if there is none.</summary>
    /// <exception cref="PondException"><c>roster-unreadable</c></exception>
    internal static NodeRoster Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (!File.Exists(path))
        {
            return Empty;
        }

        try
        {
            var file = JsonSerializer.Deserialize<Written>(File.ReadAllBytes(path), PondJson.Options);
            return file is { Schema: 1, Tasks: not null }
                ? new(1, file.Tasks.ToImmutableSortedDictionary(pair => Pubkey.TryParse(pair.Key, out var task) ? task : throw new JsonException($"{pair.Key} is no task."), pair => pair.Value))
                : throw new JsonException("It is of another version.");
        }
        catch (Exception cause) when (cause is JsonException || DiskFailures.IsOfDisk(cause))
        {
            throw new PondException(
                "roster-unreadable",
                $"{path} can't be read: {cause.Message} It says which tasks are stopped and what they may spend.",
                "Mend it; or remove it, and say again what you want with 'pond node start' and 'pond node stop'.",
                innerException: cause);
        }
    }

    /// <summary>The same with other words about a task, on the disk when this returns.</summary>
    internal NodeRoster With(string dataFolder, Pubkey task, RosterEntry entry)
    {
        var next = this with { Tasks = Tasks.SetItem(task, entry) };
        var path = Path.Combine(dataFolder, FileName);
        DurableFiles.WriteSecret(
            path + ".unfinished",
            path,
            JsonSerializer.SerializeToUtf8Bytes(new Written(1, next.Tasks.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value, StringComparer.Ordinal)), PondJson.Options));
        DurableFiles.SyncFolder(dataFolder);
        return next;
    }

    private sealed record Written(int Schema, Dictionary<string, RosterEntry> Tasks);
}

/// <summary>What an operator has said about one task.</summary>
internal sealed record RosterEntry
{
    /// <summary>Whether it is to run; null if only the environment file says so.</summary>
    public bool? IsStarted { get; init; }

    /// <summary>The stake to have at least; null for what the environment file says, or the minimum.</summary>
    public Lamports? Stake { get; init; }

    /// <summary>From how much on earnings are staked again; nothing for never.</summary>
    public Lamports RestakeFrom { get; init; }

    /// <summary>How much of the operator's money the task's own calls may move in all.</summary>
    public Lamports MaxSpending { get; init; }

    /// <summary>Whether he has agreed to hand a JavaScript task its own staking key.</summary>
    public bool HasConsent { get; init; }
}
