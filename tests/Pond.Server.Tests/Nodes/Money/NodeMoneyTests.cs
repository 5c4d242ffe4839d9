using Pond.Client.Ledger;
using Pond.Contracts.Operator;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Server.Keys;
using Pond.Server.Nodes;
using Pond.Server.Nodes.Money;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Nodes.Money;

/// <summary>An operator's money over the RPC of a real ledger.</summary>
public sealed class NodeMoneyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stake_is_made_shown_and_brought_home_and_nothing_is_lost_on_the_way()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var keys = OperatorKeys.Of(LocalNetwork.OperatorOf("ann"));
        await network.Ledger.FundAsync(keys.Main.PublicKey, Lamports.FromKoii(20));
        SagaAnswer staked, again, home;
        await using (var money = Start(network, keys))
        {
            staked = await DoAsync(money, new("one", "stake", network.Task.Task, Amount: Lamports.FromKoii(6)));
            again = await DoAsync(money, new("one", "stake", network.Task.Task, Amount: Lamports.FromKoii(6)));
            Assert.Equal(("done", 1), (staked.State, staked.Transactions.Length));
            Assert.Equal(staked.Transactions.AsEnumerable(), again.Transactions);
            Assert.Equal("saga-differs", (await Assert.ThrowsAsync<PondException>(() => money.AskAsync(new("one", "claim", network.Task.Task), CancellationToken.None))).Code);
        }

        // Another life of the same node.
        await using (var money = Start(network, keys))
        {
            var view = await money.ReadAsync([network.Task.Task], isAll: false, CancellationToken.None);
            var place = Assert.Single(view.Tasks);
            Assert.Equal((Lamports.FromKoii(6), Lamports.Zero, null), (place.Staked, place.Claimable, place.LockedUntil));
            Assert.Equal(Lamports.FromKoii(20) - staked.Fees, view.Total);
            Assert.Equal(view.Tasks.AsEnumerable(), (await money.ReadAsync([], isAll: true, CancellationToken.None)).Tasks);
            home = await DoAsync(money, new("two", "unstake", network.Task.Task));
            Assert.Equal("done", home.State);
            var after = await money.ReadAsync([network.Task.Task], isAll: false, CancellationToken.None);
            Assert.Equal(Lamports.FromKoii(20) - staked.Fees - home.Fees, after.Total);
            Assert.Equal(after.Total, after.Main + Assert.Single(after.Tasks).Rent);
            Assert.Equal("two one", string.Join(' ', after.Last.Select(saga => saga.Id)));
        }
    }

    [Theory]
    [InlineData("transfer", "19999990000000", "funds-insufficient")]
    [InlineData("stake", "20000000000", "funds-insufficient")]
    [InlineData("stake", "1", "stake-below-minimum")]
    public async Task What_would_leave_no_fee_or_earn_nothing_is_refused_and_moves_nothing(string kind, string roe, string reason)
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var keys = OperatorKeys.Of(LocalNetwork.OperatorOf("ann"));
        await network.Ledger.FundAsync(keys.Main.PublicKey, Lamports.FromKoii(20));
        await using var money = Start(network, keys);
        var amount = new Lamports(ulong.Parse(roe, System.Globalization.CultureInfo.InvariantCulture));

        var saga = await DoAsync(money, kind is "transfer"
            ? new("one", kind, To: LocalNetwork.OperatorOf("bob").PublicKey, Amount: amount)
            : new("one", kind, network.Task.Task, Amount: amount));

        Assert.Equal(("refused", reason), (saga.State, saga.Reason));
        Assert.Equal(Lamports.FromKoii(20), (await money.ReadAsync([network.Task.Task], isAll: false, CancellationToken.None)).Total);
    }

    [Fact]
    public async Task Earnings_are_staked_again_as_soon_as_there_is_enough()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var keys = OperatorKeys.Of(LocalNetwork.OperatorOf("ann"));
        await network.Ledger.FundAsync(keys.Main.PublicKey, Lamports.FromKoii(30));
        await using var money = Start(network, keys);
        var key = keys.StakingKeyOf(network.Task);
        await DoAsync(money, new("one", "stake", network.Task.Task, Amount: Lamports.FromKoii(6)));
        Assert.IsType<TransactionOutcome.Confirmed>(await network.Ledger.Sender.SendAsync(
            keys.Main, [new TaskInstruction.Withdraw().ToInstruction(network.Task.Task, key.PublicKey)], [key], CancellationToken.None));
        var status = StatusOf(key.PublicKey, Lamports.FromKoii(6));

        money.Look(network.Task.Task, status, Lamports.FromKoii(7));
        Assert.Empty(money.Keeper.ReadOpen());
        money.Look(network.Task.Task, status, Lamports.FromKoii(6));
        money.Look(network.Task.Task, status, Lamports.FromKoii(6));

        var saga = Assert.Single(money.Keeper.ReadLast(5), saga => saga.Kind is Pond.Node.Money.SagaKind.Restake);
        Assert.Equal("done", (await money.WaitAsync(saga.Id, CancellationToken.None)).State);
        var place = Assert.Single((await money.ReadAsync([network.Task.Task], isAll: false, CancellationToken.None)).Tasks);
        Assert.Equal((Lamports.FromKoii(6), Lamports.Zero), (place.Staked, place.Claimable));
    }

    [Fact]
    public async Task What_is_sent_to_a_program_is_stopped()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        var keys = OperatorKeys.Of(LocalNetwork.OperatorOf("ann"));
        await network.Ledger.FundAsync(keys.Main.PublicKey, Lamports.FromKoii(20));
        await using var money = Start(network, keys);

        var saga = await DoAsync(money, new("one", "transfer", To: network.Task.Task, Amount: Lamports.FromKoii(1)));

        Assert.Equal(("refused", "recipient-not-wallet"), (saga.State, saga.Reason));
    }

    private static async Task<SagaAnswer> DoAsync(NodeMoney money, SagaRequest request)
    {
        var asked = await money.AskAsync(request, CancellationToken.None);
        return await money.WaitAsync(asked.Id, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
    }

    private static NodeStatus StatusOf(Pubkey stakingKey, Lamports claimable) => new()
    {
        StakingKey = stakingKey,
        Address = new("http://127.0.0.1:30017"),
        Slot = new(1),
        Round = new(0),
        Stake = Lamports.Zero,
        MigratedTo = null,
        Pause = Pond.Node.RoundReason.None,
        AvailableBalance = claimable,
        Earned = claimable,
        Lost = Lamports.Zero,
        Claimed = Lamports.Zero,
        Rounds = [],
        Task = TaskState.Running,
        Restarts = 0,
        LastLine = null,
        LedgerError = null,
    };

    private NodeMoney Start(LocalNetwork network, OperatorKeys keys) => NodeMoney.Start(
        _folder.Root, network.Ledger.Client, keys, () => "http://127.0.0.1:30017", _ => { }, TimeProvider.System, TimeSpan.FromMilliseconds(20));
}
