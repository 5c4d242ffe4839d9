using Pond.Node.Money;
using Pond.Primitives;
using Pond.Server.Nodes.Money;
using Pond.Testing;

namespace Pond.Server.Tests.Nodes.Money;

/// <summary>Kills the keeper of the money at every point of every saga, on a network that loses and delays, over the ledger itself.</summary>
public sealed class SagaCrashTests
{
    private const int MaxSlots = 2_000;

    private static readonly Lamports Amount = Lamports.FromKoii(7);

    public static TheoryData<SagaKind, string> Scenarios
    {
        get
        {
            var scenarios = new TheoryData<SagaKind, string>();
            foreach (var kind in Enum.GetValues<SagaKind>().Where(kind => kind is not SagaKind.None))
            {
                foreach (var network in new[] { "good", "answers lost", "first send lost", "late", "very late", "never arrives" })
                {
                    scenarios.Add(kind, network);
                }
            }

            return scenarios;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Killed_at_any_point_each_saga_is_finished_once(SagaKind kind, string network)
    {
        var whole = await RunAsync(kind, network, _ => false);

        Assert.InRange(whole.Points, 10, 2_000);
        // In between, in a long wait, it is the same point again and again.
        foreach (var at in Enumerable.Range(0, whole.Points).Where(point => point < 25 || point >= whole.Points - 25))
        {
            var killed = await RunAsync(kind, network, count => count == at);

            Assert.Equal(1, killed.Crashes);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(13)]
    public async Task Killed_again_and_again_it_is_finished_once_all_the_same(int period)
    {
        var crashes = 0;
        foreach (var kind in Enum.GetValues<SagaKind>().Where(kind => kind is not SagaKind.None))
        {
            foreach (var network in new[] { "good", "answers lost", "late" })
            {
                crashes += (await RunAsync(kind, network, count => count % period == period - 1)).Crashes;
            }
        }

        Assert.InRange(crashes, 9, 1_000);
    }

    private static async Task<(int Points, int Crashes)> RunAsync(SagaKind kind, string network, Func<int, bool> isCrash)
    {
        var world = new MoneyWorld();
        var saga = Prepare(world, kind);
        var before = world.Everything();
        var main = world.BalanceOf(MoneyWorld.Main.PublicKey);
        var (stake, claimable) = (world.StakeOn(MoneyWorld.First), world.ClaimableOn(MoneyWorld.First));
        (world.LosesAnswers, world.LosesFirst) = (network is "answers lost", network is "never arrives");
        world.Delivery = network switch
        {
            "first send lost" => send => send == 0 ? null : 0,
            "late" => _ => 4,
            "very late" => _ => 148,
            _ => _ => 0,
        };
        world.Crashes = new(isCrash);
        var journal = new MemoryMoneyJournal(world.Crashes);
        var time = new ManualTimeProvider();
        var (keeper, isAsked, crashes, landed) = (Start(world, journal, time), false, 0, 0);
        for (var slot = 0; journal.Find(saga.Id) is not { IsOver: true }; slot++)
        {
            Assert.True(slot < MaxSlots, $"{journal.Find(saga.Id)} is not over.");
            try
            {
                if (!isAsked)
                {
                    // Who was not answered asks again.
                    _ = keeper.Ask(saga);
                    isAsked = true;
                }

                await keeper.StepAsync(CancellationToken.None);
            }
            catch (CrashException)
            {
                keeper = Start(world, journal, time);
                crashes++;
            }

            world.Tick();
            time.Advance(TimeSpan.FromMilliseconds(400));
            if (world.Landed.Count != landed)
            {
                landed = world.Landed.Count;
                Assert.Equal(before, world.Everything());
            }
        }

        // What is still on its way lands now, if it can.
        world.Tick(200);
        world.Bank.VerifyConservation();
        Check(world, journal.Find(saga.Id)!, before, main, stake, claimable);
        return (world.Crashes.Count, crashes);
    }

    private static MoneyKeeper Start(MoneyWorld world, IMoneyJournal journal, TimeProvider time) => new(
        world,
        journal,
        MoneyWorld.Main,
        (task, key) => MoneyWorld.Keys.Find(task, key),
        _ => { },
        time,
        new MoneyKeeperOptions());

    private static Saga Prepare(MoneyWorld world, SagaKind kind)
    {
        if (kind is SagaKind.Unstake or SagaKind.Restake or SagaKind.Claim)
        {
            world.HaveClaimable(MoneyWorld.First, Lamports.FromKoii(3));
        }

        if (kind is SagaKind.Unstake or SagaKind.Restake or SagaKind.Upgrade)
        {
            world.HaveStake(MoneyWorld.First, Amount);
        }

        if (kind is SagaKind.Upgrade)
        {
            world.Migrate();
        }

        return Sagas.Of(kind, "asked by a test", Amount);
    }

    private static void Check(MoneyWorld world, Saga saga, Lamports everything, Lamports main, Lamports stake, Lamports claimable)
    {
        Assert.Equal(SagaState.Done, saga.State);
        Assert.Equal(everything, world.Everything());
        // Nothing is sent twice: one transaction has landed for each step, none has failed, and the saga knows them all.
        Assert.Equal(saga.Landed.AsEnumerable(), world.Landed.Select(each => each.Id));
        Assert.All(world.Landed, each => Assert.Null(each.Error));
        Assert.Equal(saga.Steps.Length, saga.Landed.Length);
        var fees = world.Landed.Aggregate(Lamports.Zero, (sum, each) => sum + each.Fee);
        Assert.Equal(fees, saga.Fees);
        var now = world.BalanceOf(MoneyWorld.Main.PublicKey);
        var rent = Pond.Ledger.Rent.MinimumFor(StakingAccounts.RentedBytes) + StakingAccounts.Margin;
        switch (saga.Kind)
        {
            case SagaKind.Transfer:
                Assert.Equal((main - Amount - fees, Amount), (now, world.BalanceOf(MoneyWorld.Friend.PublicKey)));
                break;
            case SagaKind.Stake:
                Assert.Equal((main - Amount - rent - fees, Amount), (now, world.StakeOn(MoneyWorld.First)));
                break;
            case SagaKind.Unstake:
                Assert.Equal((main + stake + claimable - fees, Lamports.Zero, Lamports.Zero), (now, world.StakeOn(MoneyWorld.First), world.ClaimableOn(MoneyWorld.First)));
                break;
            case SagaKind.Claim:
                Assert.Equal((main + claimable - fees, Lamports.Zero), (now, world.ClaimableOn(MoneyWorld.First)));
                break;
            case SagaKind.Restake:
                Assert.Equal((main - fees, stake + claimable, Lamports.Zero), (now, world.StakeOn(MoneyWorld.First), world.ClaimableOn(MoneyWorld.First)));
                break;
            default:
                Assert.Equal((main - rent - fees, Lamports.Zero, Amount), (now, world.StakeOn(MoneyWorld.First), world.StakeOn(MoneyWorld.Second)));
                break;
        }
    }
}
