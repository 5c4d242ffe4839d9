using System.Collections.Immutable;
using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.Ledger;

/// <summary>Makes commands that call a power of a ledger that runs, with the token from its folder.</summary>
internal sealed class PowerCaller(Terminals terminals, TimeProvider timeProvider)
{
    /// <summary>A command without settings of its own, or with those that are read when it runs.</summary>
    internal Command Command(string name, string description, string method, Func<ParseResult, ImmutableArray<object?>>? parameters = null)
    {
        var data = LedgerCommand.DataOption();
        var json = LedgerCommand.JsonOption();
        var url = new Option<string>("--url") { Description = "The RPC of the ledger.", DefaultValueFactory = _ => "http://127.0.0.1:8899/" };
        url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            {
                result.AddError("--url is a web address, such as http://127.0.0.1:8899/.");
            }
        });
        var command = new Command(name, description) { url, data, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new Uri(parsed.GetValue(url)!),
            LocalNetworkFolder.ReadToken(LedgerCommand.DataFolder(parsed.GetValue(data))),
            method,
            parameters?.Invoke(parsed) ?? [],
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(
        Uri url, string token, string method, ImmutableArray<object?> parameters, bool json, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // Mining and going back may take as long as there is to do.
        var client = new LedgerClient(http, url, timeProvider, new LedgerClientOptions { CallTimeout = TimeSpan.FromSeconds(90) });
        JsonElement answer;
        try
        {
            answer = await client.CallAsync<JsonElement>(method, parameters, cancellationToken);
        }
        catch (RpcException exception)
        {
            throw new PondException(
                "power-refused", $"The ledger at {url} did not do it: {exception.Error.Message}", "Change what the message names.", innerException: exception);
        }

        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, result = answer });
            return ExitCode.Ok;
        }

        foreach (var member in answer.EnumerateObject())
        {
            StoreOutput.Line(terminals, $"{member.Name,-20} {StoreOutput.Harmless(member.Value.ToString())}");
        }

        return ExitCode.Ok;
    }
}
