using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Server.Nodes.Money;
using Pond.Testing;

namespace Pond.Server.Tests.Nodes.Money;

public sealed class MoneyKeeperTests
{
    private static readonly Lamports Amount = Lamports.FromKoii(7);

    private readonly MoneyWorld _world = new();
    private readonly MemoryMoneyJournal _journal = new(new(_ => false));
    private readonly ManualTimeProvider _time = new();
    private readonly MoneyKeeper _keeper;

    public MoneyKeeperTests() => _keeper = new(
        _world, _journal, MoneyWorld.Main, (task, key) => MoneyWorld.Keys.Find(task, key), _ => { }, _time, new MoneyKeeperOptions());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_the_ledger_has_forgotten_is_unknown_and_not_sent_again_until_it_is_known(bool hasLanded)
    {
        (_world.HistorySlots, _world.LosesFirst) = (50, !hasLanded);
        _keeper.Ask(Sagas.Of(SagaKind.Transfer, "gift", Amount));
        await _keeper.StepAsync(CancellationToken.None);
        // The node is off for longer than a blockhash lives and the ledger remembers.
        _world.Tick(400);
        await StepAsync(5);

        Assert.Equal((SagaState.Unknown, "outcome-unknown"), (_keeper.Get("gift").State, _keeper.Get("gift").Reason));
        Assert.Equal((hasLanded ? 1 : 0, 1), (_world.Landed.Count, _world.Sends));
        // Something else goes on meanwhile.
        _keeper.Ask(Sagas.Of(SagaKind.Stake, "stake", Amount));
        await StepAsync(10);
        Assert.Equal(SagaState.Done, _keeper.Get("stake").State);

        // A ledger that remembers is named.
        _world.HistorySlots = 10_000;
        await StepAsync(10);

        Assert.Equal(SagaState.Done, _keeper.Get("gift").State);
        Assert.Equal(Amount, _world.BalanceOf(MoneyWorld.Friend.PublicKey));
    }

    [Fact]
    public async Task A_locked_stake_is_waited_for_and_brought_home_when_it_is_free()
    {
        _world.HaveStake(MoneyWorld.First, Amount);
        var info = _world.Bank.GetTask(MoneyWorld.First.PublicKey)!;
        var round = info.RoundAt(_world.Bank.Slot) + 1;
        _world.GoTo(info.StartOf(round + 1) + 1);
        _world.Submit(MoneyWorld.First, round);
        _keeper.Ask(Sagas.Of(SagaKind.Unstake, "home", default));
        await StepAsync(20);
        Assert.Equal((SagaState.Waiting, "stake-locked"), (_keeper.Get("home").State, _keeper.Get("home").Reason));
        Assert.Equal(0, _world.Sends);

        // Whoever wants settles the round once all its attempts are over.
        _world.GoTo(info.StartOf(round + 5));
        _world.Payout(MoneyWorld.First, round);
        await StepAsync(100);

        Assert.Equal(SagaState.Done, _keeper.Get("home").State);
        Assert.Equal(Lamports.Zero, _world.StakeOn(MoneyWorld.First));
        Assert.Single(_world.Landed);
    }

    [Fact]
    public async Task The_same_gift_twice_is_two_gifts()
    {
        _keeper.Ask(Sagas.Of(SagaKind.Transfer, "one", Amount));
        _keeper.Ask(Sagas.Of(SagaKind.Transfer, "two", Amount));
        _keeper.Ask(Sagas.Of(SagaKind.Transfer, "two", Amount));

        await StepAsync(20);

        Assert.Equal(Amount + Amount, _world.BalanceOf(MoneyWorld.Friend.PublicKey));
    }

    [Fact]
    public async Task Dust_on_a_staking_key_keeps_nobody_from_staking()
    {
        var key = MoneyWorld.StakingKey(MoneyWorld.First);
        _world.Must([new SystemInstruction.Transfer(new Lamports(2_000_000)).ToInstruction(MoneyWorld.Faucet.PublicKey, key.PublicKey)]);
        _keeper.Ask(Sagas.Of(SagaKind.Stake, "stake", Amount));

        await StepAsync(10);

        Assert.Equal(SagaState.Done, _keeper.Get("stake").State);
        Assert.Equal(Amount, _world.StakeOn(MoneyWorld.First));
        Assert.Equal(ProgramIds.Task, _world.Bank.GetAccount(key.PublicKey)!.Owner);
    }

    [Fact]
    public async Task What_lacks_only_the_fee_waits_and_goes_on_by_itself()
    {
        _world.HaveClaimable(MoneyWorld.First, Amount);
        var all = _world.BalanceOf(MoneyWorld.Main.PublicKey);
        _world.Must([new SystemInstruction.Transfer(all).ToInstruction(MoneyWorld.Main.PublicKey, MoneyWorld.Faucet.PublicKey)], MoneyWorld.Main);
        _keeper.Ask(Sagas.Of(SagaKind.Claim, "claim", default));
        await StepAsync(5);
        Assert.Equal((SagaState.Waiting, "fee-missing"), (_keeper.Get("claim").State, _keeper.Get("claim").Reason));

        _world.Must([new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(MoneyWorld.Faucet.PublicKey, MoneyWorld.Main.PublicKey)]);
        await StepAsync(30);

        Assert.Equal(SagaState.Done, _keeper.Get("claim").State);
    }

    [Fact]
    public async Task What_waits_can_be_given_up_and_what_is_under_way_can_not()
    {
        _world.Delivery = _ => 20;
        _keeper.Ask(Sagas.Of(SagaKind.Transfer, "gift", Amount));
        await _keeper.StepAsync(CancellationToken.None);
        _keeper.Ask(Sagas.Of(SagaKind.Transfer, "later", Amount));

        Assert.Equal("saga-under-way", Assert.Throws<PondException>(() => _keeper.Cancel("gift")).Code);
        Assert.Equal("cancelled", _keeper.Cancel("later").Reason);
        await StepAsync(40);

        Assert.Equal((SagaState.Done, SagaState.Refused), (_keeper.Get("gift").State, _keeper.Get("later").State));
        Assert.Equal(Amount, _world.BalanceOf(MoneyWorld.Friend.PublicKey));
        Assert.Equal("saga-unknown", Assert.Throws<PondException>(() => _keeper.Cancel("nothing")).Code);
    }

    [Fact]
    public async Task A_key_that_is_none_of_the_operators_stakes_nothing()
    {
        var saga = Sagas.Of(SagaKind.Stake, "stake", Amount);
        _keeper.Ask(saga with { Steps = [saga.Steps[0] with { StakingKey = MoneyWorld.Friend.PublicKey }] });

        await StepAsync(5);

        Assert.Equal(SagaState.Refused, _keeper.Get("stake").State);
        Assert.Equal(0, _world.Sends);
    }

    private async Task StepAsync(int slots)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            await _keeper.StepAsync(CancellationToken.None);
            _world.Tick();
            _time.Advance(TimeSpan.FromMilliseconds(400));
        }
    }
}
