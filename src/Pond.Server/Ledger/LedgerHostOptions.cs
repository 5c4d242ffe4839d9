using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Ledger;
using Pond.Ledger.Journal;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger.PubSub;
using Pond.Server.Ledger.Rpc;
using Pond.Server.Ledger.Storage;

namespace Pond.Server.Ledger;

/// <summary>What a <see cref="LedgerHost"/> is started with.</summary>
public sealed record LedgerHostOptions
{
    /// <summary>What the ledger begins with. Its slot duration is the host's.</summary>
    public required Genesis Genesis { get; init; }

    /// <summary>The ledger to go on with, which nobody else uses from then on; null begins a new one with <see cref="Genesis"/>.</summary>
    public Bank? Bank { get; init; }

    /// <summary>The key that seals the blocks; the genesis names its public half.</summary>
    public required Keypair Producer { get; init; }

    /// <summary>The key that pays airdrops; null for none. Taken only if the genesis is that of a local network.</summary>
    public Keypair? Faucet { get; init; }

    /// <summary>What a caller must show to change a local network without a transaction; null: nobody can. Default null.</summary>
    public string? PowersToken { get; init; }

    /// <summary>Where to listen. Default loopback: the interface has no password.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any free one. Default 8899, where clients look.</summary>
    public int Port { get; init; } = 8899;

    /// <summary>The port of the subscriptions; 0 for any free one. Default null: one above <see cref="Port"/>, where clients look, and any free one
    /// if that is 0.</summary>
    public int? PubSubPort { get; init; }

    /// <summary>What subscribers may take.</summary>
    public PubSubOptions PubSub { get; init; } = new();

    /// <summary>When slots pass. Default with time.</summary>
    public MiningMode Mining { get; init; }

    /// <summary>How the user can choose another port, for the error if this one is taken. Default <c>--rpc-port</c>.</summary>
    public string PortOption { get; init; } = "--rpc-port";

    /// <summary>How many requests may be under way at once; further ones are told to come back. Default 1024: a thousand nodes make
    /// about a hundred requests a second, each of milliseconds.</summary>
    public int MaxRequestsInFlight { get; init; } = 1024;

    /// <summary>What callers may take of the ledger's time and memory.</summary>
    public RpcLimits Limits { get; init; } = new();

    /// <summary>Where failures are logged. Default nowhere.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>How many of the latest blocks are kept for history queries. Default 216,000: a day of 400 ms slots, about 100 MB idle.</summary>
    public int HistoryBlocks { get; init; } = 216_000;

    /// <summary>Where the ledger is kept, so that it outlives its process; null for a ledger in memory alone. Default null.</summary>
    public string? DataFolder { get; init; }

    /// <summary>After how many blocks the whole state is written down, so that a start has few blocks to make again. Default 5,000: about
    /// half an hour of 400 ms slots, and some seconds of replay.</summary>
    public int SnapshotBlocks { get; init; } = 5_000;

    /// <summary>Opens the folder with the journal; tests put faults under it.</summary>
    internal Func<string, IJournalFolder> JournalFolders { get; init; } = folder => new DiskJournalFolder(folder);
}
