using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.LocalNetworks;

/// <summary>A folder with a network of one's own: its genesis, its keys, and the ledger's data beside them.</summary>
public sealed class LocalNetworkFolder
{
    /// <summary>How many accounts have tokens from the start.</summary>
    public const int FundedAccounts = 10;

    private const string GenesisName = "genesis.json";
    private const string KeysName = "keys";
    private const string TokenName = "token";
    private const int TokenSizeBytes = 32;

    private LocalNetworkFolder(string root, Genesis genesis, Keypair producer, Keypair? faucet, ImmutableArray<Keypair> accounts)
    {
        (Root, Genesis, Producer, Faucet, Accounts) = (root, genesis, producer, faucet, accounts);
    }

    /// <summary>What each of the funded accounts has at the start.</summary>
    public static Lamports AccountBalance { get; } = Lamports.FromKoii(10_000);

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>What the network began with.</summary>
    public Genesis Genesis { get; }

    /// <summary>The key that seals the blocks.</summary>
    public Keypair Producer { get; }

    /// <summary>The key that pays airdrops; null if the network is not a local one.</summary>
    public Keypair? Faucet { get; }

    /// <summary>What a caller must show to use the local powers; null if the network is not a local one.</summary>
    public string? PowersToken { get; private init; }

    /// <summary>The funded accounts. Everybody knows their keys.</summary>
    public ImmutableArray<Keypair> Accounts { get; }

    /// <summary>The key of a funded account: its seed is the SHA-256 of <c>pond local account N</c>, N from 0 on.</summary>
    /// <remarks>Known to everybody, so that examples work anywhere, and worth nothing outside of a local network.</remarks>
    public static Keypair FundedAccount(int index) =>
        Keypair.FromSeed(SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pond local account {index}"))));

    /// <summary>Opens a network's folder; in an empty one, makes a local network first.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="slotDuration">What a slot lasts; null for what the genesis says, or 400 ms in a new network.</param>
    /// <param name="time">The time of the genesis.</param>
    /// <param name="plan">What a new network begins with; null for the usual one.</param>
    /// <exception cref="PondException">
    /// <c>genesis-damaged</c>, <c>genesis-missing</c>, <c>genesis-fixed</c>: the network has another slot duration; <c>key-damaged</c>;
    /// <c>disk-full</c>, <c>disk-denied</c> or <c>disk-failed</c>.
    /// </exception>
    public static LocalNetworkFolder Open(string root, TimeSpan? slotDuration, TimeProvider time, GenesisPlan? plan = null)
    {
        root = Path.GetFullPath(root);
        if (!File.Exists(Path.Combine(root, GenesisName)))
        {
            var usual = plan ?? new GenesisPlan();
            Create(root, slotDuration is { } given ? usual with { SlotMs = (int)Math.Min(given.TotalMilliseconds, int.MaxValue) } : usual, time);
        }

        var genesis = GenesisFile.Read(Path.Combine(root, GenesisName));
        if (slotDuration is { } wanted && wanted != genesis.SlotDuration)
        {
            throw new PondException(
                "genesis-fixed",
                $"The network in {root} has slots of {genesis.SlotDuration.TotalMilliseconds} ms, and that can't be changed any more.",
                "Leave --slot-ms out, or choose another folder with --data.");
        }

        var producer = ReadKey(root, "producer");
        if (producer.PublicKey != genesis.Producer)
        {
            throw new PondException(
                "key-damaged", $"{PathOf(root, "producer")} is not the key that {GenesisName} names.", "Restore this file from a backup.");
        }

        var faucet = genesis.IsLocal ? ReadKey(root, "faucet") : null;
        if (plan is not null && !IsGenesisOf(slotDuration is null ? plan : plan with { SlotMs = (int)genesis.SlotDuration.TotalMilliseconds }, genesis, faucet))
        {
            throw new PondException(
                "genesis-fixed",
                $"The network in {root} began with another genesis, and that can't be changed any more.",
                "Leave --genesis out, or choose another folder with --data.");
        }

        return new(
            root,
            genesis,
            producer,
            faucet,
            genesis.IsLocal && genesis.Balances.ContainsKey(FundedAccount(0).PublicKey) ? [.. Enumerable.Range(0, FundedAccounts).Select(index => ReadAccount(root, index))] : [])
        {
            PowersToken = genesis.IsLocal ? OpenToken(root) : null,
        };
    }

    /// <summary>The token of the network in a folder.</summary>
    /// <exception cref="PondException"><c>token-missing</c>: there is none, for no local network was run here; or it can't be read.</exception>
    public static string ReadToken(string root)
    {
        var path = Path.Combine(Path.GetFullPath(root), TokenName);
        if (!File.Exists(path))
        {
            throw new PondException(
                "token-missing", $"There is no {path}.", "Name the folder of a local network with --data; `pond ledger run` makes its token.");
        }

        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }

    // Not a secret that anything confirmed depends on: lost, it is made anew. For its owner's eyes only, as the keys are.
    private static string OpenToken(string root)
    {
        var path = Path.Combine(root, TokenName);
        if (File.Exists(path) && ReadToken(root) is { Length: 2 * TokenSizeBytes } token)
        {
            return token;
        }

        token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenSizeBytes));
        DurableFiles.WriteSecret(path + ".unfinished", path, Encoding.ASCII.GetBytes(token + "\n"));
        return token;
    }

    private static bool IsGenesisOf(GenesisPlan plan, Genesis genesis, Keypair? faucet) =>
        plan.ToGenesis(genesis.Producer, faucet?.PublicKey ?? genesis.Producer, genesis.CreatedAt).ComputeHash() == genesis.ComputeHash();

    private static void Create(string root, GenesisPlan plan, TimeProvider time)
    {
        if (Directory.Exists(Path.Combine(root, "journal")) && Directory.EnumerateFiles(Path.Combine(root, "journal")).Any())
        {
            throw new PondException(
                "genesis-missing", $"{Path.Combine(root, GenesisName)} is missing, and the folder has a ledger's data.", "Restore this file from a backup.");
        }

        var producer = Keypair.FromSeed(LocalLedger.NewSeed());
        var faucet = Keypair.FromSeed(LocalLedger.NewSeed());
        // Before anything is written, so that a plan that can't be used leaves nothing behind.
        var genesis = plan.ToGenesis(
            producer.PublicKey, faucet.PublicKey, DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()));
        try
        {
            Directory.CreateDirectory(Path.Combine(root, KeysName));
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Write(cause, root);
        }

        var accounts = plan is { Local: true, FundedAccounts: true }
            ? [.. Enumerable.Range(0, FundedAccounts).Select(FundedAccount)]
            : ImmutableArray<Keypair>.Empty;
        KeyFile.Write(PathOf(root, "producer"), producer);
        KeyFile.Write(PathOf(root, "faucet"), faucet);
        for (var index = 0; index < accounts.Length; index++)
        {
            KeyFile.Write(PathOf(root, AccountName(index)), accounts[index]);
        }

        DurableFiles.SyncFolder(Path.Combine(root, KeysName));
        // The last of all: while it is not there, the network does not exist, and its keys are made anew.
        var path = Path.Combine(root, GenesisName);
        DurableFiles.Write(path + ".unfinished", path, Encoding.UTF8.GetBytes(GenesisFile.ToText(genesis)));
        DurableFiles.SyncFolder(root);
    }

    private static Keypair ReadAccount(string root, int index) =>
        ReadKey(root, AccountName(index)) is var key && key.PublicKey == FundedAccount(index).PublicKey
            ? key
            : throw new PondException("key-damaged", $"{PathOf(root, AccountName(index))} is not the key of this account.", "Remove the file's changes.");

    private static Keypair ReadKey(string root, string name) => KeyFile.Read(PathOf(root, name));

    private static string AccountName(int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"account-{index}");

    private static string PathOf(string root, string name) => Path.Combine(root, KeysName, name + ".json");
}
