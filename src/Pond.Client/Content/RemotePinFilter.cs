using System.Globalization;

namespace Pond.Client.Content;

/// <summary>Which wishes a pinning service is to list.</summary>
public sealed record RemotePinFilter
{
    /// <summary>Of these roots alone; empty for all.</summary>
    public IReadOnlyList<string> Cids { get; init; } = [];

    /// <summary>Of this name alone; null for all.</summary>
    public string? Name { get; init; }

    /// <summary>That are as far as one of these; empty leaves it to the service, which lists those that are pinned.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>How many at most, up to 1,000. Default 1,000.</summary>
    public int Limit { get; init; } = 1000;

    internal string ToQuery()
    {
        var parts = new List<string> { $"limit={Limit.ToString(CultureInfo.InvariantCulture)}" };
        if (Cids.Count > 0)
        {
            parts.Add($"cid={Uri.EscapeDataString(string.Join(',', Cids))}");
        }

        if (Name is { Length: > 0 } name)
        {
            parts.Add($"name={Uri.EscapeDataString(name)}");
        }

        if (Statuses.Count > 0)
        {
            parts.Add($"status={Uri.EscapeDataString(string.Join(',', Statuses))}");
        }

        return string.Join('&', parts);
    }
}
