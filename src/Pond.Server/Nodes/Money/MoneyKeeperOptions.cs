namespace Pond.Server.Nodes.Money;

/// <summary>How often a <see cref="MoneyKeeper"/> looks at the ledger.</summary>
internal sealed record MoneyKeeperOptions
{
    /// <summary>While something is under way. Default 200 ms: half a slot.</summary>
    internal TimeSpan BusyPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>While nothing is. Default 5 s: what waits, waits for rounds.</summary>
    internal TimeSpan IdlePause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long the same bytes are sent again. Default 2 s: five slots without landing mean that they got lost.</summary>
    internal TimeSpan ResendInterval { get; init; } = TimeSpan.FromSeconds(2);
}
