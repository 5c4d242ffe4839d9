using System.CommandLine;
using Pond.Cli.LocalNetworks;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Deployment;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.Tasks;

/// <summary>On which network a command works, and who pays: options that all commands of tasks have alike.</summary>
internal sealed class NetworkOptions(TimeProvider timeProvider)
{
    private const string UrlVariable = "POND_URL";
    private const string KeyVariable = "POND_KEYPAIR";
    private const string StoreVariable = "POND_STORE";

    private readonly Option<string?> _home = UpCommand.HomeOption();
    private readonly Option<string?> _url = Address("--url", $"The ledger's RPC. Default: ${UrlVariable}, the local network's, or the one of Koii's configuration.");
    private readonly Option<string?> _key = new("--keypair") { Description = $"The key file that pays. Default: ${KeyVariable}, the local network's first account, or the one of Koii's configuration." };
    private readonly Option<string?> _store = Address("--store", $"The RPC of the store for bundles. Default: ${StoreVariable}, or the local network's.");

    internal void AddTo(Command command, bool pays, bool stores)
    {
        command.Add(_home);
        command.Add(_url);
        if (pays)
        {
            command.Add(_key);
        }

        if (stores)
        {
            command.Add(_store);
        }
    }

    internal DeploymentTarget Find(ParseResult parsed) => DeploymentTarget.Find(
        new LocalNetworkHome(UpCommand.FolderOf(parsed.GetValue(_home))),
        ToUri(Given(parsed, _url, UrlVariable), UrlVariable),
        ToUri(Given(parsed, _store, StoreVariable), StoreVariable),
        Given(parsed, _key, KeyVariable));

    /// <summary>Does something on the network, with a client and a sender that are gone afterwards.</summary>
    internal async Task<int> RunAsync(ParseResult parsed, Func<NetworkSession, Task<int>> work)
    {
        var target = Find(parsed);
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var client = target.Connect(http, timeProvider);
        await using var sender = target.SendWith(client, timeProvider);
        try
        {
            return await work(new(target, http, client, sender));
        }
        catch (RpcException exception)
        {
            throw new PondException(
                "ledger-refused",
                $"The ledger at {target.Rpc} refused a question: {exception.Message}",
                "Check that the address is that of a Pond ledger.",
                innerException: exception);
        }
    }

    private static string? Given(ParseResult parsed, Option<string?> option, string variable) =>
        parsed.GetValue(option) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);

    private static Uri? ToUri(string? text, string variable) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new PondException("option-invalid", $"'{text}' is no web address.", $"Give one such as http://127.0.0.1:8899/; look at ${variable}, too.");

    private static Option<string?> Address(string name, string description) => new(name) { Description = description };
}

/// <summary>A network that a command works on.</summary>
internal sealed record NetworkSession(DeploymentTarget Target, HttpClient Http, LedgerClient Client, TransactionSender Sender);
