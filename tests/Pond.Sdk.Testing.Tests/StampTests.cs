using System.Net;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Stamps;

namespace Pond.Sdk.Testing.Tests;

/// <summary>Stamped answers between two nodes, and what an auditor makes of what was tampered with.</summary>
public sealed class StampTests : IAsyncDisposable
{
    private readonly TaskProbe _probe = new();
    private readonly ProbeNode _asker;
    private readonly ProbeNode _server;
    private readonly ProbeNode _auditor;

    public StampTests()
    {
        _asker = _probe.Node<EchoTask>("asker");
        _server = _probe.Node<EchoTask>("server");
        _auditor = _probe.Node<EchoTask>("auditor");
    }

    public ValueTask DisposeAsync() => _probe.DisposeAsync();

    [Fact]
    public async Task An_answer_is_stamped_received_and_verified_by_somebody_else()
    {
        var exchange = await AskAsync("/echo/a%2Fb?c=d");

        var report = await VerifyAsync(exchange);

        Assert.Equal(new StampReport(StampStatus.Valid, 0, 0), report);
        Assert.Equal(Verdict.Valid, report.Verdict);
        Assert.Equal("/echo/a%2Fb?c=d", exchange.Request.Target);
    }

    [Fact]
    public async Task Time_is_counted_in_slots_from_the_question_to_the_answer_and_the_receipt()
    {
        var exchange = await AskAsync("/echo/x");
        var (stamp, receipt) = (_probe.Slot + 3, _probe.Slot + 5);
        _probe.Slot = receipt;
        var slow = await ForgeAsync(exchange, stamp, receipt);

        Assert.Equal(new StampReport(StampStatus.Valid, 3, 5), await VerifyAsync(slow));
    }

    [Fact]
    public async Task Nothing_of_the_question_or_the_answer_can_be_changed()
    {
        var exchange = await AskAsync("/echo/x");
        var other = _asker.StakingKey;

        foreach (var forged in (StampedExchange[])
        [
            exchange with { Body = "y"u8.ToArray() },
            exchange with { Status = 500 },
            exchange with { Server = other },
            exchange with { Request = exchange.Request with { Target = "/echo/y" } },
            exchange with { Request = exchange.Request with { Method = "POST" } },
            exchange with { Request = exchange.Request with { Body = [1] } },
            exchange with { Request = exchange.Request with { Slot = new(exchange.Request.Slot.Value - 1) } },
            exchange with { Request = exchange.Request with { Asker = _auditor.StakingKey } },
            exchange with { Request = exchange.Request with { Nonce = [] } },
            exchange with { Stamp = exchange.Stamp with { Block = exchange.Stamp.Block with { Slot = _probe.Slot + 1 } } },
            exchange with { Stamp = exchange.Stamp with { Signature = exchange.Receipt.Signature } },
        ])
        {
            Assert.Equal(StampStatus.StampForged, (await VerifyAsync(forged)).Status);
        }
    }

    [Fact]
    public async Task An_old_answer_does_not_fit_a_new_question()
    {
        var old = await AskAsync("/echo/x");
        var now = await AskAsync("/echo/x");

        var replayed = now with { Stamp = old.Stamp, Body = old.Body };

        Assert.Equal(StampStatus.StampForged, (await VerifyAsync(replayed)).Status);
    }

    [Fact]
    public async Task Answers_can_not_be_swapped_between_questions()
    {
        var (first, second) = (await AskAsync("/echo/1"), await AskAsync("/echo/2"));

        Assert.Equal(StampStatus.StampForged, (await VerifyAsync(first with { Body = second.Body, Stamp = second.Stamp, Receipt = second.Receipt })).Status);
        Assert.Equal(StampStatus.ReceiptForged, (await VerifyAsync(first with { Receipt = second.Receipt })).Status);
    }

    [Fact]
    public async Task A_receipt_is_the_askers_own()
    {
        var exchange = await AskAsync("/echo/x");

        Assert.Equal(
            StampStatus.ReceiptForged,
            (await VerifyAsync(exchange with { Receipt = exchange.Receipt with { Block = exchange.Receipt.Block with { Slot = new(1) } } })).Status);
    }

    [Fact]
    public async Task One_answer_counts_once()
    {
        var (first, second) = (await AskAsync("/echo/x"), await AskAsync("/echo/x"));

        var reports = await _auditor.Context.VerifyAllAsync([first, second, first], StampWindow.Any, default);

        Assert.Equal([StampStatus.Valid, StampStatus.Valid, StampStatus.Repeated], reports.Select(report => report.Status));
    }

    [Fact]
    public async Task What_happened_outside_the_round_does_not_count_for_it()
    {
        var exchange = await AskAsync("/echo/x");

        Assert.Equal(StampStatus.Valid, (await VerifyAsync(exchange, StampWindow.Of(_probe.Info, new(1)))).Status);
        Assert.Equal(StampStatus.OutsideWindow, (await VerifyAsync(exchange, StampWindow.Of(_probe.Info, new(0)))).Status);
        Assert.Equal(StampStatus.OutsideWindow, (await VerifyAsync(exchange, StampWindow.Of(_probe.Info, new(2)))).Status);
    }

    [Theory]
    [InlineData(-1, 0, StampStatus.OutOfOrder)]
    [InlineData(2, 1, StampStatus.OutOfOrder)]
    [InlineData(0, 1, StampStatus.BlockUnknown)]
    public async Task Slots_are_in_order_and_on_the_ledger(int stampAfter, int receiptAfter, StampStatus expected)
    {
        var exchange = await AskAsync("/echo/x");
        var asked = exchange.Request.Slot.Value;
        var forged = await ForgeAsync(exchange, new Slot((ulong)((long)asked + stampAfter)), new Slot((ulong)((long)asked + receiptAfter)));

        var report = await VerifyAsync(forged);

        Assert.Equal(expected, report.Status);
        Assert.Equal(expected is StampStatus.BlockUnknown ? Verdict.Abstain : Verdict.Invalid, report.Verdict);
    }

    [Fact]
    public async Task A_block_that_the_ledger_does_not_have_is_found_although_both_have_signed_it()
    {
        var exchange = await AskAsync("/echo/x");
        var wrong = exchange.Stamp.Block with { Hash = TaskProbe.BlockHashOf(new(12345)) };

        Assert.Equal(StampStatus.BlockWrong, (await VerifyAsync(await ForgeAsync(exchange, wrong, exchange.Receipt.Block))).Status);
        Assert.Equal(StampStatus.BlockWrong, (await VerifyAsync(await ForgeAsync(exchange, exchange.Stamp.Block, wrong))).Status);
    }

    [Fact]
    public async Task Stale_and_future_questions_and_bad_headers_get_no_stamp()
    {
        foreach (var (slot, nonce, expected) in ((string, string, HttpStatusCode)[])
        [
            ($"{_probe.Slot.Value - 33}", Nonce, HttpStatusCode.Conflict),
            ($"{_probe.Slot.Value + 100}", Nonce, HttpStatusCode.Conflict),
            ("-1", Nonce, HttpStatusCode.BadRequest),
            ($"{_probe.Slot}", "short", HttpStatusCode.BadRequest),
            ($"{_probe.Slot.Value - 32}", Nonce, HttpStatusCode.OK),
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/echo/x");
            request.Headers.Add("Pond-Nonce", nonce);
            request.Headers.Add("Pond-Asker", _asker.StakingKey.ToString());
            request.Headers.Add("Pond-Slot", slot);
            using var answer = await _server.Http.SendAsync(request);

            Assert.Equal(expected, answer.StatusCode);
            Assert.Equal(expected is HttpStatusCode.OK, answer.Headers.Contains("Pond-Stamp"));
        }
    }

    [Fact]
    public async Task A_peer_without_a_stamp_is_an_error_that_accuses_nobody()
    {
        var nobody = TaskProbe.BlockHashOf(new(1)).Bytes;

        var missing = await Assert.ThrowsAsync<PondException>(() => _asker.Context.AskAsync(new Pubkey(nobody), HttpMethod.Get, "/echo/x", default, default));

        Assert.Equal("stamp-missing", missing.Code);
        Assert.True(missing.IsTransient);
    }

    [Fact]
    public async Task An_exchange_is_the_same_after_it_was_stored_and_what_is_none_is_refused()
    {
        var exchange = await AskAsync("/echo/x");

        Assert.True(StampedExchange.TryParse(exchange.ToJson(), out var again));
        Assert.Equal(StampStatus.Valid, (await VerifyAsync(again)).Status);
        foreach (var bad in (string[])["", "null", "[]", "{}", """{"request":{}}""", new string(' ', StampedExchange.MaxJsonBytes + 1)])
        {
            Assert.False(StampedExchange.TryParse(System.Text.Encoding.UTF8.GetBytes(bad), out _));
        }
    }

    private static string Nonce => TaskProbe.BlockHashOf(new(77)).ToString();

    private Task<StampedExchange> AskAsync(string target) =>
        _asker.Context.AskAsync(_server.StakingKey, HttpMethod.Get, target, default, default);

    private Task<StampReport> VerifyAsync(StampedExchange exchange, StampWindow? window = null) =>
        _auditor.Context.VerifyAsync(exchange, window ?? StampWindow.Any, default);

    private Task<StampedExchange> ForgeAsync(StampedExchange exchange, Slot stamp, Slot receipt) => ForgeAsync(
        exchange, new BlockReference(stamp, TaskProbe.BlockHashOf(stamp)), new BlockReference(receipt, TaskProbe.BlockHashOf(receipt)));

    /// <summary>What two nodes that conspire could sign.</summary>
    private async Task<StampedExchange> ForgeAsync(StampedExchange exchange, BlockReference stamp, BlockReference receipt)
    {
        var signed = StampText.StampBytes(exchange.Request, exchange.Status, exchange.Body, stamp);
        var stampSignature = await _server.Context.Signing.SignAsync(signed, default);
        var receiptSignature = await _asker.Context.Signing.SignAsync(StampText.ReceiptBytes(signed, stampSignature, receipt), default);
        return exchange with { Stamp = new(stamp, stampSignature), Receipt = new(receipt, receiptSignature) };
    }
}
