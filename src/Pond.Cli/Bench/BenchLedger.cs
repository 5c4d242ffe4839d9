using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Client.Deployment;
using Pond.Client.Ledger;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger;

namespace Pond.Cli.Bench;

/// <summary>A ledger for a node's bench, and who asks it, sends to it and deploys on it.</summary>
internal sealed class BenchLedger : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly TransactionSender _sender;

    private BenchLedger(LedgerHost host, TimeProvider time)
    {
        Host = host;
        Client = new LedgerClient(_http, host.Endpoint, time, new LedgerClientOptions());
        _sender = new TransactionSender(Client, time, new TransactionSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) });
        var seeds = 0;
        Deployer = new TaskDeployer(Client, _sender, () => SHA256.HashData(Encoding.UTF8.GetBytes($"seed {seeds++}")));
    }

    internal LedgerHost Host { get; }

    internal LedgerClient Client { get; }

    internal TaskDeployer Deployer { get; }

    internal static async Task<BenchLedger> StartAsync(Keypair faucet, TimeSpan slotDuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var producer = NodeBench.KeyOf("producer");
        var host = await LedgerHost.StartAsync(
            new LedgerHostOptions
            {
                Genesis = new Genesis
                {
                    ClusterName = "bench",
                    Producer = producer.PublicKey,
                    CreatedAt = time.GetUtcNow(),
                    Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(faucet.PublicKey, Lamports.FromKoii(1_000_000)),
                    Rules = LedgerRules.Pond1,
                    SlotDuration = slotDuration,
                    IsLocal = true,
                },
                Producer = producer,
                Faucet = faucet,
                Port = 0,
            },
            time,
            cancellationToken);
        return new BenchLedger(host, time);
    }

    internal async Task FundAsync(Keypair key, Lamports amount, CancellationToken cancellationToken) =>
        await _sender.WaitAsync(await Client.RequestAirdropAsync(key.PublicKey, amount, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        _http.Dispose();
        await Host.DisposeAsync();
    }
}
