using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.LocalNetworks;

namespace Pond.EndToEnd.Tests;

/// <summary>
/// A ledger's process is killed under load, again and again; each time it comes back by itself with all that it had confirmed.
/// <c>POND_COUNT</c> sets how often, <c>POND_FROM</c> with which number to begin, and the number decides when it is killed.
/// </summary>
public sealed class LedgerCrashTests
{
    private const int Senders = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_killed_ledger_comes_back_with_every_confirmed_transaction_and_the_same_blocks()
    {
        using var home = new TemporaryFolder();
        var from = Number("POND_FROM", 0);
        var confirmed = new List<(Signature Id, Slot Slot)>();
        var blocks = new Dictionary<Slot, Hash>();
        for (var crash = from; crash < from + Number("POND_COUNT", 5); crash++)
        {
            try
            {
                using var ledger = await RunningLedger.StartAsync(home.Path);
                await ledger.CheckAsync(confirmed, blocks);
                await ledger.LoadAndKillAsync(DeterministicRandom.ForStream((ulong)crash, "crash"), confirmed, blocks);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Crash {crash} failed; ./pond test --long crash --from {crash} begins with it.", exception);
            }
        }

        using (var last = await RunningLedger.StartAsync(home.Path))
        {
            await last.CheckAsync(confirmed, blocks);
            Assert.NotEmpty(confirmed);
        }

        using var verify = PondProcess.Start(home.Path, "ledger", "verify", "--data", Path.Combine(home.Path, "ledger"), "--json");
        Assert.True(await verify.WaitForExitAsync(Timeout()) == 0, verify.Out + verify.Error);
        Assert.True(JsonDocument.Parse(verify.Out).RootElement.GetProperty("transactions").GetInt64() >= confirmed.Count);
    }

    [Fact]
    public async Task A_ledger_that_is_told_to_stop_stops_in_order_and_a_second_one_is_kept_out_while_it_runs()
    {
        using var home = new TemporaryFolder();
        using (var ledger = await RunningLedger.StartAsync(home.Path))
        {
            using var second = PondProcess.Start(home.Path, "ledger", "run", "--rpc", "0", "--data", Path.Combine(home.Path, "ledger"));
            Assert.Equal(9, await second.WaitForExitAsync(Timeout()));
            Assert.Contains($"process {ledger.Process.Id}", second.Error, StringComparison.Ordinal);

            ledger.Process.Interrupt();
            Assert.Equal(0, await ledger.Process.WaitForExitAsync(Timeout()));
        }

        using var again = await RunningLedger.StartAsync(home.Path);
        Assert.Contains("\"wasClosed\":true", again.Process.Error, StringComparison.Ordinal);
        Assert.Contains("\"elapsedMs\":", again.Process.Error, StringComparison.Ordinal);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static CancellationToken Timeout() => new CancellationTokenSource(Patience, TimeProvider.System).Token;

    private sealed class RunningLedger : IDisposable
    {
        private readonly HttpClient _http = new();

        private RunningLedger(PondProcess process, Uri endpoint)
        {
            Process = process;
            Client = new LedgerClient(_http, endpoint, TimeProvider.System, new LedgerClientOptions());
        }

        internal PondProcess Process { get; }

        internal LedgerClient Client { get; }

        internal static async Task<RunningLedger> StartAsync(string home)
        {
            var process = PondProcess.Start(
                home, "ledger", "run", "--data", Path.Combine(home, "ledger"), "--rpc", "0", "--slot-ms", "20", "--snapshot-blocks", "40", "--json");
            await process.WaitForTextAsync("\"rpc\":", Timeout());
            var ready = process.Out.Split('\n').Single(line => line.Contains("\"rpc\":", StringComparison.Ordinal));
            return new RunningLedger(process, new Uri(JsonDocument.Parse(ready).RootElement.GetProperty("rpc").GetString()!));
        }

        /// <summary>Sees that all that was confirmed before is confirmed, in the same blocks.</summary>
        internal async Task CheckAsync(List<(Signature Id, Slot Slot)> confirmed, Dictionary<Slot, Hash> blocks)
        {
            foreach (var chunk in confirmed.Chunk(LedgerClient.MaxSignaturesPerCall))
            {
                var statuses = (await Client.GetSignatureStatusesAsync([.. chunk.Select(entry => entry.Id)], Timeout())).Value;
                for (var index = 0; index < chunk.Length; index++)
                {
                    Assert.True(statuses[index] is { ConfirmationStatus: Commitment.Finalized } status && status.Slot == chunk[index].Slot,
                        $"{chunk[index].Id} was confirmed in slot {chunk[index].Slot} and is now {statuses[index]}.");
                }
            }

            foreach (var (slot, hash) in blocks)
            {
                Assert.Equal(hash, await HashAsync(slot));
            }
        }

        /// <summary>Sends from several sides, notes what is confirmed, and kills the process at an instant that the random stream chooses.</summary>
        internal async Task LoadAndKillAsync(DeterministicRandom random, List<(Signature Id, Slot Slot)> confirmed, Dictionary<Slot, Hash> blocks)
        {
            var seen = new ConcurrentQueue<(Signature Id, Slot Slot)>();
            using var stop = new CancellationTokenSource();
            var salt = random.NextUInt64() % 1000;
            var senders = Enumerable.Range(0, Senders)
                .Select(index => Task.Run(() => SendAsync(LocalNetworkFolder.FundedAccount(index), salt, seen, stop.Token), stop.Token)).ToArray();
            // The first confirmation shows that the load has begun; from there on the instant is the random stream's.
            using (var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System))
            {
                while (seen.IsEmpty && await look.WaitForNextTickAsync(Timeout()))
                {
                    Assert.False(Array.TrueForAll(senders, sender => sender.IsCompleted), "Nothing could be sent.\n" + Process.Error);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(random.NextBelow(600)), TimeProvider.System, CancellationToken.None);
            foreach (var slot in seen.Select(entry => entry.Slot).Distinct().TakeLast(5).ToList())
            {
                blocks[slot] = await HashAsync(slot);
            }

            using var victim = System.Diagnostics.Process.GetProcessById(Process.Id);
            victim.Kill();
            await victim.WaitForExitAsync(Timeout());
            await stop.CancelAsync();
            await Task.WhenAll(senders);
            confirmed.AddRange(seen);
        }

        public void Dispose()
        {
            Process.Dispose();
            _http.Dispose();
        }

        private async Task SendAsync(Keypair sender, ulong salt, ConcurrentQueue<(Signature Id, Slot Slot)> seen, CancellationToken cancellationToken)
        {
            try
            {
                for (var amount = salt * 1_000_000; ; amount += 100)
                {
                    var blockhash = (await Client.GetLatestBlockhashAsync(Commitment.Finalized, cancellationToken)).Value.Blockhash;
                    var ids = new List<Signature>();
                    for (var part = 1UL; part <= 10; part++)
                    {
                        var transfer = new SystemInstruction.Transfer(new Lamports(amount + part)).ToInstruction(sender.PublicKey, sender.PublicKey);
                        ids.Add(await Client.SendTransactionAsync(Transaction.Sign(sender, blockhash, [transfer]), skipPreflight: true, Commitment.Finalized, cancellationToken));
                    }

                    await WaitAsync(ids, seen, cancellationToken);
                }
            }
            catch (Exception exception) when (exception is PondException or HttpRequestException or OperationCanceledException)
            {
                // The ledger was killed.
            }
        }

        private async Task WaitAsync(List<Signature> ids, ConcurrentQueue<(Signature Id, Slot Slot)> seen, CancellationToken cancellationToken)
        {
            while (ids.Count > 0)
            {
                var statuses = (await Client.GetSignatureStatusesAsync([.. ids], cancellationToken)).Value;
                for (var index = ids.Count - 1; index >= 0; index--)
                {
                    if (statuses[index] is { ConfirmationStatus: Commitment.Confirmed or Commitment.Finalized } status)
                    {
                        seen.Enqueue((ids[index], status.Slot));
                        ids.RemoveAt(index);
                    }
                }

                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
            }
        }

        private async Task<Hash> HashAsync(Slot slot) => Hash.Parse(
            (await Client.CallAsync<JsonElement>("getBlock", [slot], Timeout())).GetProperty("blockhash").GetString()!);
    }
}
