using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Contracts.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Testing;

namespace Pond.Client.Tests.Ledger;

public class LedgerClientTests
{
    [Fact]
    public void A_call_is_sent_as_json_rpc_and_its_result_is_read() => VirtualLoop.Run(async time =>
    {
        using var server = new FakeServer(_ => Answer("""{"jsonrpc":"2.0","result":{"context":{"slot":3},"value":18446744073709551615},"id":1}"""));

        var balance = await CreateClient(server, time).GetBalanceAsync(default, Commitment.Processed, CancellationToken.None);

        Assert.Equal(new Lamports(ulong.MaxValue), balance);
        Assert.Equal(
            """{"jsonrpc":"2.0","id":1,"method":"getBalance","params":["11111111111111111111111111111111",{"commitment":"processed"}]}""",
            server.LastBody);
        Assert.Equal("application/json", server.LastContentType);
    });

    [Fact]
    public void An_error_answer_is_an_exception_with_its_code_and_details() => VirtualLoop.Run(async time =>
    {
        using var server = new FakeServer(_ => Answer(
            """{"jsonrpc":"2.0","error":{"code":-32002,"message":"no","data":{"err":"AlreadyProcessed","logs":["a","b"]}},"id":1}"""));

        var exception = await Assert.ThrowsAsync<RpcException>(
            () => CreateClient(server, time).GetSlotAsync(Commitment.Processed, CancellationToken.None));

        Assert.Equal((-32002, "no", "AlreadyProcessed"), (exception.Code, exception.Message, exception.Failure!.Name));
        Assert.Equal(["a", "b"], exception.Logs.ToArray());
    });

    [Fact]
    public void A_large_round_is_read_part_by_part() => VirtualLoop.Run(async time =>
    {
        var (first, second) = (new Pubkey([.. Enumerable.Repeat((byte)1, 32)]), new Pubkey([.. Enumerable.Repeat((byte)2, 32)]));
        var asked = new List<string>();
        FakeServer server = null!;
        server = new FakeServer(_ =>
        {
            asked.Add(server.LastBody!);
            var part = asked.Count == 1 ? NewRound(first) with { Next = first } : NewRound(second);
            var result = JsonSerializer.Serialize(new Contextual<TaskRoundInfo?>(new(new Slot((ulong)asked.Count)), part), PondJson.Options);
            return Answer($$"""{"jsonrpc":"2.0","result":{{result}},"id":{{asked.Count}}}""");
        });
        using var _ = server;

        var (context, round) = await CreateClient(server, time).GetTaskRoundAsync(default, new Round(1), Commitment.Confirmed, CancellationToken.None);

        Assert.Equal([first, second], round!.Submissions.Keys);
        Assert.Null(round.Next);
        Assert.Equal(2UL, context.Slot.Value);
        Assert.DoesNotContain("after", asked[0], StringComparison.Ordinal);
        Assert.EndsWith($$"""{"commitment":"confirmed","after":"{{first}}"}]}""", asked[1], StringComparison.Ordinal);
    });

    [Theory]
    [InlineData(500, "", "HTTP 500")]
    [InlineData(429, "", "HTTP 429")]
    [InlineData(200, "<html>", "something else")]
    [InlineData(200, "", "something else")]
    [InlineData(200, "[]", "something else")]
    [InlineData(200, """{"jsonrpc":"2.0","id":1}""", "something else")]
    [InlineData(200, """{"jsonrpc":"2.0","result":"x","id":1}""", "something else")]
    [InlineData(200, """{"jsonrpc":"2.0","result":-1,"id":1}""", "something else")]
    [InlineData(200, """{"jsonrpc":"2.0","result":5,"id":2}""", "another request")]
    [InlineData(200, """{"jsonrpc":"2.0","error":"no","id":1}""", "something else")]
    public void What_is_no_answer_means_that_the_ledger_is_out_of_reach(int status, string body, string said) => VirtualLoop.Run(async time =>
    {
        using var server = new FakeServer(_ => Answer(body, (HttpStatusCode)status));

        var exception = await Assert.ThrowsAsync<PondException>(
            () => CreateClient(server, time).GetSlotAsync(Commitment.Processed, CancellationToken.None));

        Assert.Equal("ledger-unreachable", exception.Code);
        Assert.True(exception.IsTransient);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.Contains("http://ledger.test/", exception.Message, StringComparison.Ordinal);
    });

    [Fact]
    public async Task A_ledger_that_does_not_answer_in_time_is_out_of_reach()
    {
        var time = new ManualTimeProvider();
        using var server = new FakeServer(NeverAnswerAsync);
        var call = StartInline(() => CreateClient(server, time).GetSlotAsync(Commitment.Processed, CancellationToken.None));

        time.Advance(TimeSpan.FromMilliseconds(9999));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        var exception = await Assert.ThrowsAsync<PondException>(() => call);
        Assert.Equal("ledger-unreachable", exception.Code);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_so_and_not_that_the_ledger_is_down()
    {
        using var server = new FakeServer(NeverAnswerAsync);
        using var giveUp = new CancellationTokenSource();
        var call = StartInline(() => CreateClient(server, new ManualTimeProvider()).GetSlotAsync(Commitment.Processed, giveUp.Token));

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    // Without a context the call's own steps run where its timer fires.
    private static T StartInline<T>(Func<T> start)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return start();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static async Task<HttpResponseMessage> NeverAnswerAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<HttpResponseMessage>();
        return await never.Task.WaitAsync(cancellationToken);
    }

    private static LedgerClient CreateClient(HttpMessageHandler server, TimeProvider time) =>
        new(
            new HttpClient(server, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan },
            new Uri("http://ledger.test/"),
            time,
            new LedgerClientOptions());

    private static Task<HttpResponseMessage> Answer(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    private static TaskRoundInfo NewRound(Pubkey submitter) => new()
    {
        Round = new(1),
        Participants = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(submitter, new(5)),
        Submissions = ImmutableSortedDictionary<Pubkey, RoundSubmission>.Empty.Add(submitter, new("cid", new(3))),
        Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty,
        AuditorsPerSubmission = 1,
        BackupsFrom = default,
        VotesClose = default,
        Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty,
        Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty,
        Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty,
        Leaders = [],
        ListsFrom = default,
        Attempt = 0,
        Lists = ImmutableSortedDictionary<Pubkey, RoundList>.Empty,
        Payout = PayoutRecord.Uninitialized,
        Rewards = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AuditPay = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Slashes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
    };

    private sealed class FakeServer(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        internal string? LastBody { get; private set; }

        internal string? LastContentType { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            LastBody = await request.Content!.ReadAsStringAsync(cancellationToken);
            LastContentType = request.Content.Headers.ContentType!.ToString();
            return await answer(cancellationToken);
        }
    }
}
