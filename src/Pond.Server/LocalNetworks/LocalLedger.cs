using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Client.Ledger;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger;

namespace Pond.Server.LocalNetworks;

/// <summary>A settlement ledger of one's own on this machine, with a faucet, and a client that speaks to it over HTTP.</summary>
public sealed class LocalLedger : IAsyncDisposable
{
    /// <summary>What the faucet starts with: 10^15 lamports, a ninth of what fits into 53 bits, so that no sum of them leaves what clients can read.</summary>
    private static readonly Lamports FaucetBalance = Lamports.FromKoii(1_000_000);

    private readonly LedgerHost _host;
    private readonly HttpClient _http;

    private LocalLedger(LedgerHost host, HttpClient http, TimeProvider time)
    {
        _host = host;
        _http = http;
        Client = new LedgerClient(http, host.Endpoint, time, new LedgerClientOptions());
        Sender = new TransactionSender(Client, time, new TransactionSenderOptions());
    }

    /// <summary>Where its RPC is.</summary>
    public Uri Endpoint => _host.Endpoint;

    /// <summary>A client of its RPC.</summary>
    public LedgerClient Client { get; }

    /// <summary>Sends transactions to it.</summary>
    public TransactionSender Sender { get; }

    /// <summary>Makes a ledger with keys that nobody else has, and starts it.</summary>
    /// <param name="slotDuration">How long a slot lasts.</param>
    /// <param name="port">The port of its RPC; 0 for any free one.</param>
    /// <param name="time">The clock that its slots follow.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>port-in-use</c>.</exception>
    public static async Task<LocalLedger> StartAsync(
        TimeSpan slotDuration, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var producer = Keypair.FromSeed(NewSeed());
        var faucet = Keypair.FromSeed(NewSeed());
        var now = time.GetUtcNow();
        var host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Genesis = new Genesis
                {
                    ClusterName = "local",
                    Producer = producer.PublicKey,
                    CreatedAt = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
                    Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(faucet.PublicKey, FaucetBalance),
                    Rules = LedgerRules.Pond1,
                    SlotDuration = slotDuration,
                    IsLocal = true,
                },
                Producer = producer,
                Faucet = faucet,
                Port = port,
            },
            time,
            cancellationToken);
        return new LocalLedger(host, new HttpClient(), time);
    }

    /// <summary>Makes a key and gives its account some tokens from the faucet.</summary>
    /// <returns>The key, when the ledger shows the tokens.</returns>
    public async Task<Keypair> CreateFundedKeyAsync(Lamports amount, CancellationToken cancellationToken)
    {
        var keypair = Keypair.FromSeed(NewSeed());
        var airdrop = await Client.RequestAirdropAsync(keypair.PublicKey, amount, cancellationToken);
        if (await Sender.WaitAsync(airdrop, cancellationToken) is not TransactionOutcome.Confirmed)
        {
            throw new PondException(
                "transaction-failed", $"The faucet's transaction {airdrop} did not land.", "Try again; a new network has a full faucet.");
        }

        return keypair;
    }

    /// <summary>Thirty-two bytes that nobody can foresee.</summary>
    public static byte[] NewSeed() => RandomNumberGenerator.GetBytes(Keypair.SeedSizeBytes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Sender.DisposeAsync();
        await _host.DisposeAsync();
        _http.Dispose();
    }
}
