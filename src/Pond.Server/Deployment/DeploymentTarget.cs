using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Content;
using Pond.Server.LocalNetworks;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Pond.Server.Deployment;

/// <summary>The network on which somebody works, and who pays.</summary>
public sealed record DeploymentTarget
{
    private const string KoiiConfig = ".config/koii/cli/config.yml";
    private const string KoiiKey = ".config/koii/id.json";

    /// <summary>The ledger's RPC.</summary>
    public required Uri Rpc { get; init; }

    /// <summary>The RPC of the store that bundles are put in; null if none is known.</summary>
    public Uri? Store { get; init; }

    /// <summary>Gateways that have content of this network, besides those of its nodes.</summary>
    public ImmutableArray<Uri> Gateways { get; init; } = [];

    /// <summary>The local network that this is; null for any other.</summary>
    public LocalNetworkState? Local { get; init; }

    /// <summary>How often the ledger is asked while something is awaited: twice in a slot.</summary>
    public TimeSpan PollInterval => TimeSpan.FromMilliseconds(Math.Clamp((Local?.SlotMs ?? 400) / 2, 20, 200));

    /// <summary>The file with the key that pays; null if there is none.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Finds the network: what the user names; else the local one, if it runs; else the one of Koii's own tools.</summary>
    /// <param name="home">The local network's folder.</param>
    /// <param name="rpc">The user's choice of a ledger; null for none.</param>
    /// <param name="store">The user's choice of a store; null for none.</param>
    /// <param name="keyPath">The user's choice of a key; null for none.</param>
    /// <exception cref="PondException"><c>network-unknown</c></exception>
    public static DeploymentTarget Find(LocalNetworkHome home, Uri? rpc, Uri? store, string? keyPath)
    {
        var local = home.FindRunning();
        if (local is not null && (rpc is null || rpc == local.Rpc))
        {
            return new()
            {
                Rpc = local.Rpc,
                Store = store ?? local.StoreRpc,
                Gateways = [local.Gateway],
                Local = local,
                KeyPath = keyPath ?? Path.Combine(local.Keys, "account-0.json"),
            };
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        var (koiiRpc, koiiKey) = ReadKoiiConfig(Path.Combine(user, KoiiConfig));
        return new()
        {
            Rpc = rpc ?? koiiRpc ?? throw new PondException(
                "network-unknown",
                $"No local network runs in {home.Folder}, and no ledger was named.",
                "Start one with 'pond up', or name a ledger with --url http://127.0.0.1:8899/."),
            Store = store,
            KeyPath = keyPath ?? koiiKey ?? Path.Combine(user, KoiiKey),
        };
    }

    /// <summary>The key that pays.</summary>
    /// <exception cref="PondException"><c>key-missing</c> or <c>key-damaged</c>.</exception>
    public Keypair ReadPayer()
    {
        if (KeyPath is null || !File.Exists(KeyPath))
        {
            throw new PondException(
                "key-missing", $"There is no key file {KeyPath}, and somebody must pay and sign.", "Name the key that pays with --keypair FILE.");
        }

        try
        {
            return Keypair.ParseKeyFile(File.ReadAllText(KeyPath));
        }
        catch (FormatException cause)
        {
            throw new PondException("key-damaged", $"{KeyPath} is no key file: {cause.Message}", "Name another one with --keypair FILE.", innerException: cause);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, KeyPath);
        }
    }

    /// <summary>A client of the ledger.</summary>
    public LedgerClient Connect(HttpClient http, TimeProvider time) => new(http, Rpc, time, new LedgerClientOptions());

    /// <summary>Sends transactions, and looks at them as often as the network's slots pass.</summary>
    public TransactionSender SendWith(LedgerClient client, TimeProvider time) => new(
        client,
        time,
        new TransactionSenderOptions { PollInterval = PollInterval });

    // What can't be read counts as not being there: it is another tool's file.
    private static (Uri? Rpc, string? Key) ReadKoiiConfig(string path)
    {
        try
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(path);
            yaml.Load(text);
            var root = yaml.Documents is [{ RootNode: YamlMappingNode mapping }] ? mapping : new();
            string? Value(string key) => root.Children.TryGetValue(new YamlScalarNode(key), out var node) ? (node as YamlScalarNode)?.Value : null;
            return (Uri.TryCreate(Value("json_rpc_url"), UriKind.Absolute, out var rpc) ? rpc : null, Value("keypair_path"));
        }
        catch (Exception exception) when (exception is YamlException || DiskFailures.IsOfDisk(exception))
        {
            return (null, null);
        }
    }
}
