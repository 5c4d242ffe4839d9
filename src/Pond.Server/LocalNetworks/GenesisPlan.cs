using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Server.LocalNetworks;

/// <summary>What somebody wants a new network to begin with, as it stands in a file: docs/operations/ledger.md.</summary>
public sealed record GenesisPlan
{
    private const int MaxSlotMs = 24 * 60 * 60 * 1000;

    // What the ledger's own accounts hold comes on top, and no sum may leave 63 bits.
    private const ulong MaxSupply = long.MaxValue / 2;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    // For a new network's plan, which is written while the user waits. Reading can't do with it: it would forget the defaults.

    /// <summary>The network's name.</summary>
    public string Name { get; init; } = "local";

    /// <summary>Whether it is for development, with a faucet and local powers.</summary>
    public bool Local { get; init; } = true;

    /// <summary>What a slot lasts, in milliseconds.</summary>
    public int SlotMs { get; init; } = 400;

    /// <summary>The audit rules.</summary>
    public string Rules { get; init; } = nameof(LedgerRules.Pond1);

    /// <inheritdoc cref="Genesis.SlashSharePercent"/>
    public int SlashSharePercent { get; init; } = 70;

    /// <inheritdoc cref="Genesis.AuditPayPercent"/>
    public int AuditPayPercent { get; init; } = 5;

    /// <inheritdoc cref="Genesis.BeaconDelaySlots"/>
    public int BeaconDelaySlots { get; init; } = 1;

    /// <summary>Who may start and stop any task.</summary>
    public ImmutableArray<string> TaskManagers { get; init; } = [];

    /// <summary>Whether a local network has the ten accounts whose keys everybody knows.</summary>
    public bool FundedAccounts { get; init; } = true;

    /// <summary>What a local network's faucet begins with: a ninth of what fits into 53 bits, so that no sum of them leaves what clients can read.</summary>
    public ulong FaucetLamports { get; init; } = 1_000_000_000_000_000;

    /// <summary>Other accounts and what they hold, in lamports.</summary>
    public ImmutableSortedDictionary<string, PlannedAccount> Accounts { get; init; } =
        ImmutableSortedDictionary.Create<string, PlannedAccount>(StringComparer.Ordinal);

    /// <summary>Tokens, and who holds them.</summary>
    public ImmutableArray<PlannedMint> Mints { get; init; } = [];

    /// <summary>Tasks that are there from the start.</summary>
    public ImmutableArray<PlannedTask> Tasks { get; init; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="PondException"><c>genesis-invalid</c>, <c>path-not-found</c>, or it can't be read.</exception>
    public static GenesisPlan Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new PondException("path-not-found", $"There is no file {path}.", "Name the genesis file with --genesis.");
        }

        try
        {
            return JsonSerializer.Deserialize<GenesisPlan>(File.ReadAllText(path), Options) ?? throw Invalid("it is empty.");
        }
        catch (JsonException exception)
        {
            throw Invalid($"{path}, line {exception.LineNumber + 1}: {exception.Message}", exception);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }

    /// <summary>The genesis.</summary>
    /// <param name="producer">Who seals the blocks.</param>
    /// <param name="faucet">Who pays airdrops, on a local network.</param>
    /// <param name="createdAt">When the network begins.</param>
    /// <exception cref="PondException"><c>genesis-invalid</c></exception>
    internal Genesis ToGenesis(Pubkey producer, Pubkey faucet, DateTimeOffset createdAt)
    {
        if (SlotMs is < 1 or > MaxSlotMs)
        {
            throw Invalid($"\"slotMs\" is {SlotMs}; a slot lasts from 1 to {MaxSlotMs} ms.");
        }

        if (!Enum.TryParse<LedgerRules>(Rules, out var rules) || !Enum.IsDefined(rules) || rules is LedgerRules.None || Rules != rules.ToString())
        {
            throw Invalid($"\"rules\" is \"{Rules}\"; there are {LedgerRules.Pond1} and {LedgerRules.Koii}.");
        }

        var balances = ImmutableSortedDictionary.CreateBuilder<Pubkey, Lamports>();
        foreach (var (address, account) in Accounts.Where(pair => pair.Value is { Owner: null, Data: null }))
        {
            balances[ParseKey("accounts", address)] = new Lamports(account.Lamports);
        }

        if (Local)
        {
            balances[faucet] = new Lamports(FaucetLamports);
            foreach (var key in FundedAccounts ? Enumerable.Range(0, LocalNetworkFolder.FundedAccounts) : [])
            {
                balances.TryAdd(LocalNetworkFolder.FundedAccount(key).PublicKey, LocalNetworkFolder.AccountBalance);
            }
        }

        try
        {
            var genesis = new Genesis
            {
                ClusterName = Name,
                Producer = producer,
                CreatedAt = createdAt,
                Balances = balances.ToImmutable(),
                Rules = rules,
                SlashSharePercent = SlashSharePercent,
                AuditPayPercent = AuditPayPercent,
                BeaconDelaySlots = BeaconDelaySlots,
                SlotDuration = TimeSpan.FromMilliseconds(SlotMs),
                IsLocal = Local,
                TaskManagers = TaskManagers.IsDefault ? [] : [.. TaskManagers.Select(key => ParseKey("taskManagers", key))],
                Accounts = OtherAccounts(),
                Tasks = Tasks.IsDefault ? [] : [.. Tasks.Select(task => task.ToTask(key => ParseKey("tasks", key)))],
            };
            SeeThatSupplyFits(genesis);
            // The ledger itself knows best what it can begin with.
            _ = new Bank(genesis);
            return genesis;
        }
        catch (ArgumentException exception)
        {
            throw Invalid(exception.Message, exception);
        }
    }

    private ImmutableSortedDictionary<Pubkey, Account> OtherAccounts()
    {
        var accounts = ImmutableSortedDictionary.CreateBuilder<Pubkey, Account>();
        foreach (var (address, account) in Accounts.Where(pair => pair.Value is not { Owner: null, Data: null }))
        {
            var data = account.Data ?? string.Empty;
            var bytes = new byte[data.Length];
            if (!Convert.TryFromBase64String(data, bytes, out var size))
            {
                throw Invalid($"the data of {address} is no base64.");
            }

            accounts[ParseKey("accounts", address)] = new Account(
                new Lamports(account.Lamports),
                account.Owner is null ? default : ParseKey("accounts", account.Owner),
                [.. bytes.AsSpan(0, size)],
                IsExecutable: false);
        }

        foreach (var (key, account) in (Mints.IsDefault ? [] : Mints).SelectMany(mint => mint.Accounts(key => ParseKey("mints", key))))
        {
            if (!accounts.TryAdd(key, account))
            {
                throw Invalid($"{key} stands in it twice.");
            }
        }

        return accounts.ToImmutable();
    }

    private static void SeeThatSupplyFits(Genesis genesis)
    {
        var sum = genesis.Balances.Values.Aggregate(UInt128.Zero, (sum, value) => sum + value.Value);
        sum = genesis.Accounts.Values.Aggregate(sum, (sum, account) => sum + account.Lamports.Value);
        sum = genesis.Tasks.Aggregate(sum, (sum, task) => sum + task.Settings.TotalBounty.Value);
        if (sum > MaxSupply)
        {
            throw Invalid($"the balances together are more than {MaxSupply} lamports.");
        }
    }

    private static Pubkey ParseKey(string member, string text) =>
        Pubkey.TryParse(text, out var key) ? key : throw Invalid($"\"{member}\" has \"{text}\", which is no address.");

    private static PondException Invalid(string what, Exception? cause = null) => new(
        "genesis-invalid", $"The genesis file can't be used: {what}", "docs/operations/ledger.md shows what it may say.", innerException: cause);
}
