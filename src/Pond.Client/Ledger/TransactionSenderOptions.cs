namespace Pond.Client.Ledger;

/// <summary>How a <see cref="TransactionSender"/> behaves.</summary>
public sealed record TransactionSenderOptions
{
    /// <summary>How often the ledger is asked for all transactions under way together. Default 200 ms: half a slot.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>After how long the same bytes are sent again. Default 2 s: five slots without landing mean that they got lost.</summary>
    public TimeSpan ResendInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a blockhash is used for further transactions before the newest is fetched. Default 1 s: it saves a call for
    /// each transaction of a burst and costs a fiftieth of the hash's life.</summary>
    public TimeSpan BlockhashMaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After how long the end of a transaction counts as unknown. Default 3 minutes: three lives of a blockhash.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How often one transaction is signed at most, each time after the last form had provably expired unlanded. Default 3.</summary>
    public int MaxSignings { get; init; } = 3;
}
