namespace Pond.Client.Ledger;

/// <summary>How a <see cref="LedgerClient"/> behaves.</summary>
public sealed record LedgerClientOptions
{
    /// <summary>How long one call may take before the ledger counts as unreachable. Default 10 s: answers take milliseconds, and
    /// a listing of all tasks on a public network seconds.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
