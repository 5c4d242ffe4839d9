using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Server.Content;

namespace Pond.Server.Ledger.Storage;

/// <summary>A genesis as it lies in a ledger's folder, with its hash.</summary>
internal static class GenesisFile
{
    /// <summary>The text of a genesis. Equal ones have equal texts.</summary>
    internal static string ToText(Genesis genesis) => JsonSerializer.Serialize(
        new GenesisFields
        {
            Hash = genesis.ComputeHash().ToString(),
            ClusterName = genesis.ClusterName,
            Producer = genesis.Producer.ToString(),
            CreatedAt = genesis.CreatedAt.ToUnixTimeSeconds(),
            Rules = genesis.Rules.ToString(),
            SlashSharePercent = genesis.SlashSharePercent,
            AuditPayPercent = genesis.AuditPayPercent,
            BeaconDelaySlots = genesis.BeaconDelaySlots,
            SlotDurationMicroseconds = (long)genesis.SlotDuration.TotalMicroseconds,
            IsLocal = genesis.IsLocal,
            TaskManagers = [.. genesis.TaskManagers.Select(key => key.ToString())],
            Balances = genesis.Balances.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.Value, StringComparer.Ordinal),
            Accounts = genesis.Accounts.IsEmpty
                ? null
                : genesis.Accounts.ToDictionary(pair => pair.Key.ToString(), pair => GenesisAccountFields.Of(pair.Value), StringComparer.Ordinal),
            Tasks = genesis.Tasks.IsEmpty ? null : [.. genesis.Tasks.Select(GenesisTaskFields.Of)],
        },
        GenesisJson.Default.GenesisFields) + "\n";

    /// <summary>Reads a file.</summary>
    /// <exception cref="PondException"><c>genesis-damaged</c>: it is not as it was written.</exception>
    internal static Genesis Read(string path)
    {
        string text;
        Genesis genesis;
        try
        {
            text = File.ReadAllText(path);
            genesis = Parse(text);
        }
        catch (Exception cause) when (cause is JsonException or FormatException or OverflowException or ArgumentException)
        {
            throw Damaged(path, cause.Message, cause);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }

        // The hash is in the text, so no byte can be another without its being noticed.
        return text == ToText(genesis) ? genesis : throw Damaged(path, "its hash is not that of what it says.", null);
    }

    private static Genesis Parse(string text)
    {
        var fields = JsonSerializer.Deserialize(text, GenesisJson.Default.GenesisFields) ?? throw new FormatException("There is nothing in it.");
        return new Genesis
        {
            ClusterName = fields.ClusterName,
            Producer = Pubkey.Parse(fields.Producer),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(fields.CreatedAt),
            Rules = Enum.Parse<LedgerRules>(fields.Rules),
            SlashSharePercent = fields.SlashSharePercent,
            AuditPayPercent = fields.AuditPayPercent,
            BeaconDelaySlots = fields.BeaconDelaySlots,
            SlotDuration = TimeSpan.FromMicroseconds(fields.SlotDurationMicroseconds),
            IsLocal = fields.IsLocal,
            TaskManagers = [.. fields.TaskManagers.Select(key => Pubkey.Parse(key))],
            Balances = fields.Balances.ToImmutableSortedDictionary(pair => Pubkey.Parse(pair.Key), pair => new Lamports(pair.Value)),
            Accounts = (fields.Accounts ?? []).ToImmutableSortedDictionary(pair => Pubkey.Parse(pair.Key), pair => pair.Value.ToAccount()),
            Tasks = [.. (fields.Tasks ?? []).Select(task => task.ToTask())],
        };
    }

    private static PondException Damaged(string path, string what, Exception? cause) => new(
        "genesis-damaged",
        $"{path} is damaged: {what}",
        "Restore this file from a backup or from another machine of the network.",
        innerException: cause);
}

/// <summary>The members of the file.</summary>
internal sealed record GenesisFields
{
    public int Schema { get; init; } = 1;

    public required string Hash { get; init; }

    public required string ClusterName { get; init; }

    public required string Producer { get; init; }

    public required long CreatedAt { get; init; }

    public required string Rules { get; init; }

    public required int SlashSharePercent { get; init; }

    public required int AuditPayPercent { get; init; }

    public required int BeaconDelaySlots { get; init; }

    public required long SlotDurationMicroseconds { get; init; }

    public required bool IsLocal { get; init; }

    public required string[] TaskManagers { get; init; }

    public required Dictionary<string, ulong> Balances { get; init; }

    public Dictionary<string, GenesisAccountFields>? Accounts { get; init; }

    public GenesisTaskFields[]? Tasks { get; init; }
}

/// <summary>An account in the file.</summary>
internal sealed record GenesisAccountFields(ulong Lamports, string Owner, byte[] Data)
{
    internal static GenesisAccountFields Of(Account account) => new(account.Lamports.Value, account.Owner.ToString(), [.. account.Data]);

    internal Account ToAccount() => new(new Lamports(Lamports), Pubkey.Parse(Owner), [.. Data], IsExecutable: false);
}

/// <summary>A task in the file; its settings as the instruction that would make it.</summary>
internal sealed record GenesisTaskFields(
    string Address, string StakePot, string Manager, ulong SpaceBytes, bool IsActive, bool IsAllowlisted, byte[] Settings)
{
    internal static GenesisTaskFields Of(GenesisTask task) => new(
        task.Address.ToString(),
        task.StakePot.ToString(),
        task.Manager.ToString(),
        task.SpaceBytes,
        task.IsActive,
        task.IsAllowlisted,
        task.Settings.Encode(TaskKind.Koii));

    internal GenesisTask ToTask() => new()
    {
        Address = Pubkey.Parse(Address),
        StakePot = Pubkey.Parse(StakePot),
        Manager = Pubkey.Parse(Manager),
        SpaceBytes = SpaceBytes,
        IsActive = IsActive,
        IsAllowlisted = IsAllowlisted,
        Settings = TaskInstruction.TryParse(Settings, TaskKind.Koii, out var settings) && settings is TaskInstruction.CreateTask create
            ? create
            : throw new FormatException($"The settings of the task {Address} can't be read."),
    };
}

/// <summary>Reads and writes the file without looking at types while the program starts.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GenesisFields))]
internal sealed partial class GenesisJson : JsonSerializerContext;
