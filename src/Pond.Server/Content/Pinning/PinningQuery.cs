using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Pond.Contracts.Pinning;
using Pond.Store;

namespace Pond.Server.Content.Pinning;

/// <summary>Which wishes a user wants to see.</summary>
internal sealed class PinningQuery
{
    private const int MaxLimit = 1000;
    private const int DefaultLimit = 10;
    private const int MaxCids = 10;

    private readonly HashSet<Multihash> _roots = [];
    private IReadOnlyCollection<string> _statuses = [RemotePinStates.Pinned];
    private string? _name;
    private string _match = "exact";
    private DateTimeOffset? _before;
    private DateTimeOffset? _after;
    private Dictionary<string, string> _meta = [];

    /// <summary>How many are listed at most.</summary>
    internal int Limit { get; private set; } = DefaultLimit;

    /// <summary>Reads the query of a request; false, and what is wrong with it, if it makes no sense.</summary>
    internal static bool TryParse(IQueryCollection items, [NotNullWhen(true)] out PinningQuery? query, out string problem)
    {
        query = null;
        var read = new PinningQuery();
        problem = read.Read(items) ?? "";
        if (problem.Length > 0)
        {
            return false;
        }

        query = read;
        return true;
    }

    internal bool Matches(PinRequest request) =>
        (_roots.Count == 0 || _roots.Contains(request.Root.Hash))
        && _statuses.Contains(request.Status, StringComparer.Ordinal)
        && (_name is null || MatchesName(request.Pin.Name ?? "", _name))
        && (_before is not { } before || request.Created < before)
        && (_after is not { } after || request.Created > after)
        && _meta.All(wanted => string.Equals(request.Pin.Meta?.GetValueOrDefault(wanted.Key), wanted.Value, StringComparison.Ordinal));

    private bool MatchesName(string name, string wanted) => _match switch
    {
        "exact" => string.Equals(name, wanted, StringComparison.Ordinal),
        "iexact" => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase),
        "partial" => name.Contains(wanted, StringComparison.Ordinal),
        _ => name.Contains(wanted, StringComparison.OrdinalIgnoreCase),
    };

    private string? Read(IQueryCollection items)
    {
        var cids = List(items, "cid");
        if (cids.Count > MaxCids)
        {
            return $"At most {MaxCids} CIDs can be asked for at one time.";
        }

        foreach (var text in cids)
        {
            if (!Cid.TryParse(text, out var cid))
            {
                return $"'{text}' is no CID.";
            }

            _roots.Add(cid.Hash);
        }

        if (List(items, "status") is { Count: > 0 } statuses)
        {
            _statuses = statuses;
            if (statuses.FirstOrDefault(status => !RemotePinStates.All.Contains(status, StringComparer.Ordinal)) is { } unknown)
            {
                return $"'{unknown}' is no status; there are {string.Join(", ", RemotePinStates.All)}.";
            }
        }

        _name = Text(items, "name");
        _match = Text(items, "match") ?? _match;
        if (_match is not ("exact" or "iexact" or "partial" or "ipartial"))
        {
            return $"'{_match}' is no way of matching; there are exact, iexact, partial and ipartial.";
        }

        if (Text(items, "limit") is { } limit)
        {
            if (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > MaxLimit)
            {
                return $"The limit is a number from 1 to {MaxLimit}, not '{limit}'.";
            }

            Limit = number;
        }

        return !TryReadTime(items, "before", out _before) || !TryReadTime(items, "after", out _after)
            ? "Times are written as in 2020-07-27T17:32:28Z."
            : !TryReadMeta(items) ? "The meta filter is a JSON object of texts." : null;
    }

    private bool TryReadMeta(IQueryCollection items)
    {
        if (Text(items, "meta") is not { } text)
        {
            return true;
        }

        try
        {
            _meta = JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? [];
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool TryReadTime(IQueryCollection items, string name, out DateTimeOffset? time)
    {
        time = null;
        if (Text(items, name) is not { } text)
        {
            return true;
        }

        var isTime = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read);
        time = read;
        return isTime;
    }

    private static string? Text(IQueryCollection items, string name) => items[name] is [{ Length: > 0 } text, ..] ? text : null;

    // Several values come as one with commas, or as several items: clients do both.
    private static List<string> List(IQueryCollection items, string name) =>
        [.. items[name].SelectMany(item => (item ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))];
}
