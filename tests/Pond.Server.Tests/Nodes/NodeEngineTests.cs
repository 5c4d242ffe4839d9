using System.Collections.Immutable;
using System.Threading.Channels;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tasks;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Nodes;

/// <summary>A task from slot 0 on in rounds of 60 slots with windows of 20, in which this node alone has a stake.</summary>
public sealed class NodeEngineTests : IDisposable
{
    private static readonly Pubkey Me = LocalLedger.KeyOf("staking").PublicKey;

    private readonly TemporaryFolder _folder = new();
    private readonly NodeDatabase _database;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<(NodeOutput.CallTask Call, CancellationToken Token)> _calls =
        Channel.CreateUnbounded<(NodeOutput.CallTask Call, CancellationToken Token)>();

    private Func<NodeOutput.Send, Task<NodeInput>> _send = send => Task.FromResult<NodeInput>(new NodeInput.ActionUnknown(send.Id));

    public NodeEngineTests() => _database = NodeDatabase.Open(_folder.At("node.db"));

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_call_is_cancelled_in_the_first_slot_in_which_its_result_is_of_no_use()
    {
        var engine = NewEngine();
        var running = engine.RunAsync(_stop.Token);
        await BeginRoundAsync(engine);
        var (call, token) = await _calls.Reader.ReadAsync(CancellationToken.None);

        Assert.Equal((TaskPhase.Execute, new Slot(80)), (call.Phase, call.LastSlot));
        await engine.PostAsync(new NodeInput.SlotObserved(new Slot(80)), CancellationToken.None);
        Assert.False(token.IsCancellationRequested);
        await engine.PostAsync(new NodeInput.SlotObserved(new Slot(81)), CancellationToken.None);
        Assert.True(token.IsCancellationRequested);

        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_an_action_follows_from_is_on_disk_before_it_is_carried_out()
    {
        var seen = new TaskCompletionSource<IReadOnlyList<JournalEntry>>();
        _send = send =>
        {
            seen.SetResult(_database.ReadRound(new Round(0)));
            return Task.FromResult<NodeInput>(new NodeInput.ActionUnknown(send.Id));
        };
        var engine = NewEngine();
        var running = engine.RunAsync(_stop.Token);
        await BeginRoundAsync(engine);
        await engine.PostAsync(new NodeInput.SlotObserved(new Slot(60)), CancellationToken.None);
        await engine.PostAsync(new NodeInput.SubmissionProduced(new Round(0), "bafy"), CancellationToken.None);

        Assert.Contains(await seen.Task, entry => entry is { Event: JournalEvent.SubmissionProduced, Detail: "bafy" });

        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_stopped_engine_has_ended_every_call_and_takes_nothing_more()
    {
        var engine = NewEngine();
        var running = engine.RunAsync(_stop.Token);
        await BeginRoundAsync(engine);
        var (_, token) = await _calls.Reader.ReadAsync(CancellationToken.None);

        await _stop.CancelAsync();
        await running;

        Assert.True(token.IsCancellationRequested);
        await Assert.ThrowsAsync<ChannelClosedException>(() =>
            engine.PostAsync(new NodeInput.SlotObserved(new Slot(1)), CancellationToken.None));
    }

    [Fact]
    public async Task A_defect_in_carrying_out_stops_the_engine_and_is_seen()
    {
        _send = _ => throw new InvalidOperationException("A defect.");
        var engine = NewEngine();
        var running = engine.RunAsync(_stop.Token);
        await BeginRoundAsync(engine);
        await engine.PostAsync(new NodeInput.SlotObserved(new Slot(60)), CancellationToken.None);
        await engine.PostAsync(new NodeInput.SubmissionProduced(new Round(0), "bafy"), CancellationToken.None);

        Assert.Equal("A defect.", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
    }

    private static TaskInfo NewTask() => new()
    {
        Task = LocalLedger.KeyOf("task").PublicKey,
        Name = "test",
        Description = "A task for tests",
        Manager = LocalLedger.KeyOf("manager").PublicKey,
        Executable = "bafkqaaa",
        Metadata = "bafkqaaa",
        Variables = "class=A",
        Class = TaskClass.Deterministic,
        StakePot = LocalLedger.KeyOf("pot").PublicKey,
        IsActive = true,
        IsMigrated = false,
        StartingSlot = default,
        RoundTime = 60,
        SubmissionWindow = 20,
        AuditWindow = 20,
        BeaconDelay = 1,
        AllowedFailedDistributions = 2,
        TotalBounty = Lamports.FromKoii(10),
        BountyPerRound = Lamports.FromKoii(1),
        AuditPayPerRound = Lamports.Zero,
        MinimumStake = Lamports.FromKoii(1),
        TotalStake = Lamports.FromKoii(1),
        Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Me, Lamports.FromKoii(1)),
        AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty,
    };

    private static TaskRoundInfo NewRound() => new()
    {
        Round = new Round(0),
        Participants = NewTask().Stakes,
        Submissions = ImmutableSortedDictionary<Pubkey, RoundSubmission>.Empty,
        Auditors = ImmutableSortedDictionary<Pubkey, ImmutableArray<Pubkey>>.Empty,
        AuditorsPerSubmission = 0,
        BackupsFrom = new Slot(101),
        VotesClose = new Slot(119),
        Verdicts = ImmutableSortedDictionary<Pubkey, ImmutableArray<GivenVerdict>>.Empty,
        Objections = ImmutableSortedDictionary<Pubkey, Objection>.Empty,
        Outcomes = ImmutableSortedDictionary<Pubkey, SubmissionOutcome>.Empty,
        Leaders = [],
        ListsFrom = new Slot(120),
        Attempt = 0,
        Lists = ImmutableSortedDictionary<Pubkey, RoundList>.Empty,
        Payout = PayoutRecord.Uninitialized,
        Rewards = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        AuditPay = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Slashes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
    };

    private static async Task BeginRoundAsync(NodeEngine engine)
    {
        await engine.PostAsync(new NodeInput.SlotObserved(default), CancellationToken.None);
        await engine.PostAsync(new NodeInput.TaskObserved(NewTask()), CancellationToken.None);
        await engine.PostAsync(new NodeInput.RoundObserved(NewRound()), CancellationToken.None);
    }

    private NodeEngine NewEngine() => new(
        new TaskNodeCore(new TaskNodeOptions { StakingKey = Me }, []),
        _database,
        async (call, token) =>
        {
            await _calls.Writer.WriteAsync((call, token), CancellationToken.None);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            catch (OperationCanceledException)
            {
                // As a task process does: that it was given up is an outcome.
            }

            return new PhaseOutcome(false, "given up");
        },
        (send, _) => _send(send),
        (_, _) => { });
}
