using System.Net.Http.Headers;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Operator;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Nodes.Operator;

/// <summary>Asks a node that runs on this machine, with the tokens of its folder.</summary>
public sealed class OperatorClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _folder;
    private readonly OperatorAccess _access;

    private OperatorClient(string folder, OperatorAccess access)
    {
        _folder = folder;
        _access = access;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan, BaseAddress = access.Address };
    }

    /// <summary>Finds the way to the node of a folder.</summary>
    /// <param name="nodeFolder">The node's folder, as it was given to <c>pond node run</c>.</param>
    /// <exception cref="PondException"><c>operator-access-missing</c>: it never ran, or is another user's.</exception>
    public static OperatorClient Open(string nodeFolder)
    {
        var access = OperatorAccess.Read(ContainerFolders.DataOf(nodeFolder));
        return access.Address is null
            ? throw new PondException("operator-access-missing", $"The node in {Path.GetFullPath(nodeFolder)} was never started.", "Start it with 'pond node run'.")
            : new(nodeFolder, access);
    }

    /// <summary>How the node and its tasks are.</summary>
    public Task<NodeAnswer> GetNodeAsync(CancellationToken cancellationToken) => CallAsync<NodeAnswer>(HttpMethod.Get, "", _access.View, null, cancellationToken);

    /// <summary>What a task wrote last.</summary>
    public async Task<IReadOnlyList<string>> GetLinesAsync(Pubkey task, int count, CancellationToken cancellationToken) =>
        (await CallAsync<LinesAnswer>(HttpMethod.Get, $"tasks/{task}/lines?count={count}", _access.View, null, cancellationToken)).Lines;

    /// <summary>Where every token is.</summary>
    /// <param name="isAll">Whether to look at all tasks of the ledger.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<MoneyAnswer> GetMoneyAsync(bool isAll, CancellationToken cancellationToken) =>
        CallAsync<MoneyAnswer>(HttpMethod.Get, isAll ? "money?all=1" : "money", _access.View, null, cancellationToken);

    /// <summary>How well the node is.</summary>
    public Task<Finding[]> GetFindingsAsync(CancellationToken cancellationToken) => CallAsync<Finding[]>(HttpMethod.Get, "doctor", _access.View, null, cancellationToken);

    /// <summary>Has a task run.</summary>
    public Task<NodeAnswer> StartAsync(Pubkey task, TaskStart start, CancellationToken cancellationToken)
    {
        var movesMoney = start is not { Stake: null, RestakeFrom: null, MaxSpending: null, HasConsent: null };
        return CallAsync<NodeAnswer>(
            HttpMethod.Put, movesMoney ? $"tasks/{task}/money" : $"tasks/{task}", movesMoney ? _access.Wallet : _access.Operate, start, cancellationToken);
    }

    /// <summary>Stops a task.</summary>
    public Task<NodeAnswer> StopAsync(Pubkey task, CancellationToken cancellationToken) =>
        CallAsync<NodeAnswer>(HttpMethod.Delete, $"tasks/{task}", _access.Operate, null, cancellationToken);

    /// <summary>Has something done with the operator's money.</summary>
    public Task<SagaAnswer> AskAsync(SagaRequest request, CancellationToken cancellationToken) =>
        CallAsync<SagaAnswer>(HttpMethod.Post, "money/sagas", _access.Wallet, request, cancellationToken);

    /// <summary>Waits until that is over, or waits for something itself.</summary>
    public Task<SagaAnswer> WaitAsync(string id, CancellationToken cancellationToken) =>
        CallAsync<SagaAnswer>(HttpMethod.Get, $"money/sagas/{Uri.EscapeDataString(id)}?wait=1", _access.View, null, cancellationToken);

    /// <summary>Gives it up, if nothing of it is under way.</summary>
    public Task<SagaAnswer> CancelAsync(string id, CancellationToken cancellationToken) =>
        CallAsync<SagaAnswer>(HttpMethod.Delete, $"money/sagas/{Uri.EscapeDataString(id)}", _access.Wallet, null, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> CallAsync<T>(HttpMethod method, string path, string token, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: PondJson.Options);
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return JsonSerializer.Deserialize<T>(bytes, PondJson.Options)!;
            }

            var error = JsonSerializer.Deserialize<NamespaceError>(bytes, PondJson.Options)!;
            throw new PondException(error.Code ?? "node-refused", error.Message, error.Fix ?? "See the node's log.");
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            throw new PondException(
                "node-unreachable", $"The node in {_folder} does not answer at {_access.Address}: {exception.Message}", "Start it with 'pond node run', and try again.", isTransient: true, exception);
        }
    }

    private sealed record LinesAnswer(int Schema, string[] Lines);
}
