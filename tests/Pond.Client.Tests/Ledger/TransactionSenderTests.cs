using System.Collections.Immutable;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Testing;
using Fate = Pond.Client.Tests.Ledger.FakeLedger.Fate;

namespace Pond.Client.Tests.Ledger;

public class TransactionSenderTests
{
    private const string NoFunds = """{"InstructionError":[0,{"Custom":1}]}""";

    private static readonly Keypair Payer = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());

    private static readonly Pubkey Other = Keypair.FromSeed(Enumerable.Repeat((byte)2, 32).ToArray()).PublicKey;

    [Fact]
    public void A_transaction_that_lands_is_confirmed_with_its_slot() => Run(async (ledger, sender, _) =>
    {
        var outcome = Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));

        Assert.Equal(new Slot(0), outcome.Slot);
        Assert.Equal(SignatureOf(ledger.Sent.Single()), outcome.Signature);
    });

    [Fact]
    public void A_transaction_in_the_open_block_is_not_confirmed_yet() => Run(async (ledger, sender, time) =>
    {
        await SendAsync(sender, lamports: 1);

        // Sent in the first slot, which ends after 400 ms.
        Assert.True(time.GetUtcNow() >= DateTimeOffset.UnixEpoch.AddMilliseconds(400));
        Assert.Equal(1UL, ledger.Height);
    });

    [Fact]
    public void A_refused_transaction_has_failed_with_its_error_and_logs_and_is_not_sent_again() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => new Fate.Refused(NoFunds);

        var outcome = Assert.IsType<TransactionOutcome.Failed>(await SendAsync(sender, lamports: 1));

        Assert.Equal("Transaction simulation failed: no", outcome.Message);
        Assert.Equal(1u, outcome.Failure!.CustomCode);
        Assert.Equal(["Program X failed"], outcome.Logs.ToArray());
        Assert.Single(ledger.Sent);
    });

    [Fact]
    public void A_transaction_that_landed_and_failed_has_failed() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => new Fate.Lands(NoFunds);

        var outcome = Assert.IsType<TransactionOutcome.Failed>(await SendAsync(sender, lamports: 1));

        Assert.Equal(NoFunds, outcome.Failure!.ToString());
    });

    [Fact]
    public void A_lost_transaction_is_sent_again_with_the_same_bytes() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, times) => times < 3 ? new Fate.IsLost() : new Fate.Lands();

        Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));

        Assert.Equal(3, ledger.Sent.Count);
        Assert.All(ledger.Sent, bytes => Assert.Equal(ledger.Sent[0], bytes));
    });

    [Fact]
    public void A_connection_that_breaks_after_the_transaction_arrived_is_no_failure() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => new Fate.Breaks(LandsNevertheless: true);

        Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));

        Assert.Single(ledger.Sent);
    });

    [Fact]
    public void A_connection_that_breaks_before_is_no_failure_either() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, times) => times == 1 ? new Fate.Breaks(LandsNevertheless: false) : new Fate.Lands();

        Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));

        Assert.Equal(ledger.Sent[0], ledger.Sent[1]);
    });

    [Fact]
    public void A_refusal_after_a_broken_connection_counts_only_when_the_blockhash_has_expired() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, times) => times == 1 ? new Fate.Breaks(LandsNevertheless: false) : new Fate.Refused(NoFunds);

        var outcome = Assert.IsType<TransactionOutcome.Failed>(await SendAsync(sender, lamports: 1));

        Assert.Equal(1u, outcome.Failure!.CustomCode);
        Assert.True(ledger.Height > FakeLedger.BlockhashLife);
        Assert.All(ledger.Sent, bytes => Assert.Equal(ledger.Sent[0], bytes));
    });

    [Fact]
    public void A_transaction_that_was_processed_already_is_waited_for() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, times) => times switch
        {
            1 => new Fate.Breaks(LandsNevertheless: false),
            2 => new Fate.Refused("\"AlreadyProcessed\""),
            _ => new Fate.Lands(),
        };

        Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));
    });

    [Fact]
    public void It_is_signed_anew_only_after_the_blockhash_has_expired() => Run(async (ledger, sender, _) =>
    {
        var first = default(Signature);
        ulong? secondAt = null;
        ledger.OnSend = (transaction, _) =>
        {
            first = first == default ? transaction.Id : first;
            if (transaction.Id == first)
            {
                return new Fate.IsLost();
            }

            secondAt ??= ledger.Height;
            return new Fate.Lands();
        };

        var outcome = Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));

        Assert.NotEqual(first, outcome.Signature);
        Assert.True(secondAt > FakeLedger.BlockhashLife, $"Signed anew at height {secondAt}.");
    });

    [Fact]
    public void A_transaction_that_never_lands_has_failed_after_its_last_signing() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => new Fate.IsLost();

        var outcome = Assert.IsType<TransactionOutcome.Failed>(await SendAsync(sender, lamports: 1));

        Assert.Null(outcome.Failure);
        Assert.Equal(2, ledger.Sent.Select(SignatureOf).Distinct().Count());
    }, new TransactionSenderOptions { MaxSignings = 2 });

    [Fact]
    public void An_unknown_blockhash_is_cured_by_a_new_signature_at_once() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => ledger.Sent.Count == 1 ? new Fate.Refused("\"BlockhashNotFound\"") : new Fate.Lands();

        Assert.IsType<TransactionOutcome.Confirmed>(await SendAsync(sender, lamports: 1));

        Assert.Equal(2, ledger.Sent.Select(SignatureOf).Distinct().Count());
        Assert.True(ledger.Height < 5);
    });

    [Fact]
    public void A_ledger_out_of_reach_leaves_the_end_unknown() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => new Fate.IsLost();
        ledger.IsDown = method => ledger.Sent.Count > 0 && method is not "getLatestBlockhash";

        var outcome = Assert.IsType<TransactionOutcome.Unknown>(await SendAsync(sender, lamports: 1));

        Assert.Equal(SignatureOf(ledger.Sent.Single()), outcome.Signature);
    });

    [Fact]
    public void A_ledger_that_comes_back_after_its_memory_of_the_status_leaves_the_end_unknown() => Run(async (ledger, sender, _) =>
    {
        ledger.OnSend = (_, _) => new Fate.IsLost();
        ledger.IsDown = method => ledger.Sent.Count > 0 && ledger.Height < 2 * FakeLedger.BlockhashLife && method is not "getLatestBlockhash";

        Assert.IsType<TransactionOutcome.Unknown>(await SendAsync(sender, lamports: 1));

        Assert.Single(ledger.Sent);
    });

    [Fact]
    public void A_ledger_out_of_reach_before_anything_was_sent_is_an_error() => Run(async (ledger, sender, _) =>
    {
        ledger.IsDown = _ => true;

        var exception = await Assert.ThrowsAsync<PondException>(() => SendAsync(sender, lamports: 1));

        Assert.Equal("ledger-unreachable", exception.Code);
        Assert.Empty(ledger.Sent);
    });

    [Fact]
    public void Two_equal_transactions_both_happen() => Run(async (ledger, sender, _) =>
    {
        var outcomes = await Task.WhenAll(SendAsync(sender, lamports: 1), SendAsync(sender, lamports: 1));

        Assert.All(outcomes, outcome => Assert.IsType<TransactionOutcome.Confirmed>(outcome));
        Assert.Equal(2, ledger.Sent.Select(SignatureOf).Distinct().Count());
    });

    [Fact]
    public void A_thousand_transactions_share_their_blockhash_and_their_polls() => Run(async (ledger, sender, time) =>
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 1000).Select(index => SendAsync(sender, (ulong)index)));

        Assert.All(outcomes, outcome => Assert.IsType<TransactionOutcome.Confirmed>(outcome));
        Assert.Equal(1000, ledger.CallsOf("sendTransaction"));
        Assert.Equal(1, ledger.CallsOf("getLatestBlockhash"));
        // Landed in the first slot of 400 ms and polled each 200 ms: seen open once, sealed at the second look.
        Assert.Equal(2, ledger.CallsOf("getEpochInfo"));
        Assert.Equal(8, ledger.CallsOf("getSignatureStatuses"));
        Assert.True(time.GetUtcNow() < DateTimeOffset.UnixEpoch.AddSeconds(1));
    });

    [Fact]
    public void Nothing_is_asked_while_nobody_waits() => Run(async (ledger, sender, time) =>
    {
        await SendAsync(sender, lamports: 1);
        var calls = ledger.CallsOf("getEpochInfo");

        await Task.Delay(TimeSpan.FromMinutes(1), time);

        Assert.Equal(calls, ledger.CallsOf("getEpochInfo"));
    });

    [Fact]
    public void Closing_the_sender_ends_what_is_under_way_as_unknown() => Run(async (ledger, sender, time) =>
    {
        ledger.OnSend = (_, _) => new Fate.IsLost();
        var sending = SendAsync(sender, lamports: 1);
        await Task.Delay(TimeSpan.FromSeconds(1), time);

        await sender.DisposeAsync();

        Assert.IsType<TransactionOutcome.Unknown>(await sending);
    });

    [Fact]
    public void A_caller_who_gives_up_is_told_so() => Run(async (ledger, sender, time) =>
    {
        ledger.OnSend = (_, _) => new Fate.IsLost();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(sender, lamports: 1, giveUp.Token));
    });

    private static void Run(
        Func<FakeLedger, TransactionSender, ManualTimeProvider, Task> test, TransactionSenderOptions? options = null) =>
        VirtualLoop.Run(async time =>
        {
            using var ledger = new FakeLedger(time);
            await using var sender = new TransactionSender(ledger.CreateClient(), time, options ?? new TransactionSenderOptions());
            await test(ledger, sender, time);
        });

    private static Task<TransactionOutcome> SendAsync(
        TransactionSender sender, ulong lamports, CancellationToken cancellationToken = default)
    {
        ImmutableArray<Instruction> transfer =
            [new SystemInstruction.Transfer(new Lamports(lamports)).ToInstruction(Payer.PublicKey, Other)];
        return sender.SendAsync(Payer, transfer, [], cancellationToken);
    }

    private static Signature SignatureOf(byte[] transaction) => new(transaction.AsSpan(1, Signature.SizeBytes));
}
