using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Ledger;
using Pond.Server.LocalNetworks;

// A local ledger in memory, for tests in other languages: prints where it listens as one line of JSON and runs until SIGTERM.
// The one argument is the length of a slot in milliseconds.
var producer = Keypair.FromSeed(LocalLedger.NewSeed());
var faucet = Keypair.FromSeed(LocalLedger.NewSeed());
var options = new LedgerHostOptions
{
    Genesis = new Genesis
    {
        ClusterName = "test",
        Producer = producer.PublicKey,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()),
        Balances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(faucet.PublicKey, Lamports.FromKoii(1_000_000)),
        Rules = LedgerRules.Pond1,
        SlotDuration = TimeSpan.FromMilliseconds(int.Parse(args[0])),
        IsLocal = true,
    },
    Producer = producer,
    Faucet = faucet,
    Port = 0,
};

var stopped = new TaskCompletionSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    _ = stopped.TrySetResult();
});
await using var host = await LedgerHost.StartAsync(options, TimeProvider.System, CancellationToken.None);
Console.WriteLine(JsonSerializer.Serialize(new { rpc = host.Endpoint, pubsub = host.PubSubEndpoint }));
await await Task.WhenAny(stopped.Task, host.Completion);
