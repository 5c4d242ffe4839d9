using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Client.Ledger;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger;

namespace Pond.Server.Tests.Ledger;

/// <summary>A ledger on a free port with fast slots, a client and a sender for it.</summary>
internal sealed class LocalLedger : IAsyncDisposable
{
    private readonly HttpClient _http;

    private LocalLedger(LedgerHost host)
    {
        Host = host;
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        Client = new LedgerClient(_http, host.Endpoint, TimeProvider.System, new LedgerClientOptions());
        Sender = new TransactionSender(
            Client, TimeProvider.System, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) });
    }

    internal static Keypair Faucet { get; } = KeyOf("faucet");

    internal static Keypair Producer { get; } = KeyOf("producer");

    internal static Lamports Supply { get; } = Lamports.FromKoii(1_000_000);

    internal LedgerHost Host { get; }

    internal LedgerClient Client { get; }

    internal TransactionSender Sender { get; }

    internal HttpClient Http => _http;

    /// <summary>The key that a name stands for.</summary>
    internal static Keypair KeyOf(string name) => Keypair.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    internal static LedgerHostOptions Options() => new()
    {
        Genesis = new Genesis
        {
            ClusterName = "test",
            Producer = Producer.PublicKey,
            CreatedAt = DateTimeOffset.UnixEpoch.AddYears(56),
            Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Faucet.PublicKey, Supply),
            Rules = LedgerRules.Pond1,
            SlotDuration = TimeSpan.FromMilliseconds(40),
            IsLocal = true,
        },
        Producer = Producer,
        Faucet = Faucet,
        Port = 0,
    };

    internal static async Task<LocalLedger> StartAsync(LedgerHostOptions? options = null) =>
        new(await LedgerHost.StartAsync(options ?? Options(), TimeProvider.System, CancellationToken.None));

    /// <summary>Gives a key some lamports and waits until they are there.</summary>
    internal async Task FundAsync(Pubkey account, Lamports amount)
    {
        var id = await Client.RequestAirdropAsync(account, amount, CancellationToken.None);
        Assert.IsType<TransactionOutcome.Confirmed>(await Sender.WaitAsync(id, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        await Sender.DisposeAsync();
        _http.Dispose();
        await Host.DisposeAsync();
    }
}
