using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Documents;
using Pond.Sdk.Policies;

namespace Pond_Task1;

/// <summary>
/// A key-value store that its nodes replicate to each other: <c>PUT</c> and <c>GET /records/{key}</c>. Each round a node fetches what the others
/// have and submits a snapshot of everything that was written before the last round; a quorum decides what that was.
/// </summary>
public class Pond_Task1Task : PondTask
{
    private const int MaxRecords = 10_000;
    private const int MaxSnapshotBytes = 16 << 20;

    private static readonly AuditPolicy<string> Agreement = AuditPolicy.Quorum<string>(2, 3, comparer: StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, Record> _records = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);

    public override async Task StartAsync(ITaskContext task, CancellationToken cancellationToken)
    {
        foreach (var record in await task.Documents.Collection("records").FindAsync<Record>(new { }, cancellationToken))
        {
            _records[record.Key] = record;
        }
    }

    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/records", () => Results.Ok(_records.Values.OrderBy(record => record.Key, StringComparer.Ordinal)));
        routes.MapGet("/records/{key}", (string key) => _records.TryGetValue(key, out var record) ? Results.Text(record.Value) : Results.NotFound());
        routes.MapPut("/records/{key}", async (string key, HttpRequest request, ITaskContext task, CancellationToken token) =>
        {
            using var body = new StreamReader(request.Body);
            var value = await body.ReadToEndAsync(token);
            return !Record.Fits(key, value) ? Results.BadRequest()
                : await TakeAsync(task, await Record.WriteAsync(task, key, value, token), token) ? Results.NoContent()
                : Results.StatusCode(StatusCodes.Status507InsufficientStorage);
        });
    }

    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        foreach (var peer in await round.Task.Peers.GetAsync(cancellationToken))
        {
            await FetchAsync(round.Task, peer.StakingKey, cancellationToken);
        }

        var file = Path.Combine(round.Task.Folder, $"snapshot-{round.Number}");
        await File.WriteAllTextAsync(file, SnapshotBefore(await CutOfAsync(round, cancellationToken)), cancellationToken);
        var cid = await round.Task.Content.AddAsync(file, $"round {round.Number}", cancellationToken);
        await round.Task.Store.SetAsync($"result-{round.Number}", cid, cancellationToken);
        File.Delete(file);
    }

    public override async Task<Submission?> FetchSubmissionAsync(RoundContext round, CancellationToken cancellationToken) =>
        await round.Task.Store.GetAsync($"result-{round.Number}", cancellationToken) is { } cid ? Submission.FromText(cid) : null;

    public override async Task<Verdict> ValidateSubmissionAsync(
        RoundContext round, CandidateSubmission candidate, CancellationToken cancellationToken)
    {
        var snapshot = await round.Task.Content.ReadAllAsync(candidate.Value, MaxSnapshotBytes, cancellationToken);
        var cut = await CutOfAsync(round, cancellationToken);
        if (!TryParse(snapshot, out var records) || records.Any(record => record.Slot >= cut || !record.IsSigned(round.Task)))
        {
            return Verdict.Invalid;
        }

        // Nothing in it is invented. That nothing is missing is what the others say; without a quorum there is no opinion.
        var others = (await round.GetInfoAsync(cancellationToken)).Submissions
            .Where(entry => entry.Key != candidate.Submitter)
            .Select(entry => entry.Value.Value)
            .ToImmutableArray();
        return await Agreement.JudgeAsync(
            new(candidate.Value, _ => throw new InvalidOperationException("A quorum computes nothing."), others), cancellationToken);
    }

    /// <summary>A snapshot: one record a line, by key.</summary>
    protected static string Write(IEnumerable<Record> records) => string.Concat(
        records.OrderBy(record => record.Key, StringComparer.Ordinal).Select(record => JsonSerializer.Serialize(record, PondJson.Options) + "\n"));

    /// <summary>Reads a snapshot that a stranger wrote.</summary>
    protected static bool TryParse(byte[] snapshot, out ImmutableArray<Record> records)
    {
        var builder = ImmutableArray.CreateBuilder<Record>();
        records = [];
        foreach (var line in Encoding.UTF8.GetString(snapshot).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                if (builder.Count == MaxRecords || JsonSerializer.Deserialize<Record>(line, PondJson.Options) is not { } record)
                {
                    return false;
                }

                builder.Add(record);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        records = builder.ToImmutable();
        return true;
    }

    /// <summary>What is older than this has had a whole round to reach every node.</summary>
    protected static async Task<Slot> CutOfAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var task = await round.Task.State.GetTaskAsync(cancellationToken);
        return round.Number.Value == 0 ? task.StartingSlot : task.StartOf(new(round.Number.Value - 1));
    }

    private string SnapshotBefore(Slot cut) => Write(_records.Values.Where(record => record.Slot < cut));

    private async Task FetchAsync(ITaskContext task, Pubkey peer, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var record in await task.Peers.HttpFor(peer).GetFromJsonAsync<Record[]>("/records", PondJson.Options, cancellationToken) ?? [])
            {
                if (record is not null && record.IsSigned(task))
                {
                    await TakeAsync(task, record, cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            task.Log.Info($"{peer} gives no records: {exception.Message}");
        }
    }

    private async Task<bool> TakeAsync(ITaskContext task, Record record, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (_records.TryGetValue(record.Key, out var known))
            {
                if (!record.IsNewerThan(known))
                {
                    return true;
                }

                await task.Documents.Collection("records").RemoveAsync(new { key = record.Key }, cancellationToken);
            }
            else if (_records.Count >= MaxRecords)
            {
                return false;
            }

            await task.Documents.Collection("records").InsertAsync(record, cancellationToken);
            _records[record.Key] = record;
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }
}
