using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>Epochs, and who leads, votes and is rewarded in them: one producer leads every slot, and nobody is rewarded.</summary>
internal sealed class EpochMethods
{
    /// <summary>K2's default. Nothing of this ledger depends on epochs.</summary>
    internal const ulong SlotsPerEpoch = 432_000;

    private const ulong MaxSlotLeaders = 5000;
    private const ulong DelinquentSlotDistance = 128;

    private readonly LedgerEngine _engine;
    private readonly Pubkey _producer;

    private EpochMethods(LedgerEngine engine, LedgerHostOptions options)
    {
        _engine = engine;
        _producer = options.Producer.PublicKey;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine, LedgerHostOptions options)
    {
        var methods = new EpochMethods(engine, options);
        return
        [
            Method("getEpochInfo", 0, 1, methods.GetEpochInfo),
            Method("getEpochSchedule", 0, 0, _ => new EpochScheduleAnswer(SlotsPerEpoch, SlotsPerEpoch, Warmup: false, 0, default)),
            Method("getSlotLeader", 0, 1, methods.GetSlotLeader),
            Method("getSlotLeaders", 2, 2, methods.GetSlotLeaders),
            Method("getLeaderSchedule", 0, 2, methods.GetLeaderSchedule),
            Method("getBlockProduction", 0, 1, methods.GetBlockProduction),
            Method("getBlockCommitment", 1, 1, GetBlockCommitment),
            Method("getVoteAccounts", 0, 1, methods.GetVoteAccounts),
            Method("getStakeActivation", 1, 2, methods.GetStakeActivation),
            Method("getStakeMinimumDelegation", 0, 1, methods.GetStakeMinimumDelegation),
            Method("getInflationGovernor", 0, 1, GetInflationGovernor),
            Method("getInflationRate", 0, 0, methods.GetInflationRate),
            Method("getInflationReward", 1, 2, methods.GetInflationReward),
        ];
    }

    private object GetEpochInfo(RpcCall call) => _engine.AtLevel(call.Settings(0), (bank, history, slot) =>
    {
        var (epoch, index) = Math.DivRem(slot.Value, SlotsPerEpoch);
        return new EpochInfo(slot, bank.BlockHeight, epoch, index, SlotsPerEpoch, history.TransactionCount);
    });

    private object GetSlotLeader(RpcCall call) => _engine.AtLevel(call.Settings(0), (_, _, _) => _producer);

    private object GetSlotLeaders(RpcCall call)
    {
        var (first, count) = (call.Number(0), call.Number(1));
        if (count is 0 or > MaxSlotLeaders)
        {
            throw RpcErrors.InvalidParams($"Invalid limit; max {MaxSlotLeaders}");
        }

        var epoch = ulong.CreateSaturating((UInt128)first + count - 1) / SlotsPerEpoch;
        return IsScheduled(epoch)
            ? Enumerable.Repeat(_producer, (int)count).ToImmutableArray()
            : throw RpcErrors.InvalidParams($"Invalid slot range: leader schedule for epoch {epoch} is unavailable");
    }

    // The first parameter is a slot; if it is left out, the settings may take its place.
    private object? GetLeaderSchedule(RpcCall call)
    {
        var isSettings = call.Optional(0) is { ValueKind: JsonValueKind.Object };
        var settings = call.Settings(isSettings ? 0 : 1);
        ulong? given = !isSettings && call.Optional(0) is { } value ? RpcJson.Number(value) : null;
        var isWanted = IsWanted(settings);
        var slot = given ?? _engine.AtLevel(settings, (_, _, latest) => latest.Value);
        if (!IsScheduled(slot / SlotsPerEpoch))
        {
            return null;
        }

        // Written out while it is sent: the indexes of all slots are three megabytes of text.
        var schedule = new Dictionary<string, IEnumerable<int>>(StringComparer.Ordinal);
        if (isWanted)
        {
            schedule.Add(_producer.ToString(), Enumerable.Range(0, (int)SlotsPerEpoch));
        }

        return schedule;
    }

    private object GetBlockProduction(RpcCall call)
    {
        var settings = call.Settings(0);
        settings.RefuseProcessed();
        var isWanted = IsWanted(settings);
        var range = new RpcSettings(settings.Member("range"));
        Slot? givenFirst = settings.Member("range") is null ? null : new Slot(range.RequiredNumber("firstSlot"));
        Slot? givenLast = range.Number("lastSlot") is { } number ? new Slot(number) : null;
        var minSlot = settings.MinContextSlot;
        return _engine.Read((bank, history) =>
        {
            var latest = bank.LatestBlock.Slot;
            if (minSlot > latest)
            {
                throw RpcErrors.MinContextSlotNotReached(latest);
            }

            var epochStart = new Slot(latest.Value - (latest.Value % SlotsPerEpoch));
            var first = givenFirst ?? (epochStart > history.FirstSlot ? epochStart : history.FirstSlot);
            var last = givenLast ?? latest;
            if (first < history.FirstSlot)
            {
                throw RpcErrors.InvalidParams($"firstSlot, {first}, is too small; min {history.FirstSlot}");
            }

            if (last > latest)
            {
                throw RpcErrors.InvalidParams($"lastSlot, {last}, is too large; max {latest}");
            }

            if (first > last)
            {
                throw RpcErrors.InvalidParams($"firstSlot, {first}, is after lastSlot, {last}");
            }

            var byIdentity = ImmutableSortedDictionary<Pubkey, ImmutableArray<ulong>>.Empty;
            return new Contextual<BlockProduction>(new AnswerContext(latest, ApiVersion), new BlockProduction(
                isWanted ? byIdentity.Add(_producer, [last - first + 1, CountBlocks(bank, history, first, last)]) : byIdentity,
                new SlotRange(first, last)));
        });
    }

    // Heights count blocks, so two of them tell how many lie between.
    private static ulong CountBlocks(Bank bank, BlockHistory history, Slot first, Slot last)
    {
        return HeightFrom(last + 1) - HeightFrom(first);

        ulong HeightFrom(Slot slot) =>
            history.FindSlots(slot, bank.LatestBlock.Slot, limit: 1) is [var found] ? history.Find(found)!.Height : bank.BlockHeight + 1;
    }

    // There is no stake, and so nobody's votes are counted: what is sealed is final.
    private static object GetBlockCommitment(RpcCall call)
    {
        _ = call.Number(0);
        return new BlockCommitment(Commitment: null, Lamports.Zero);
    }

    // The producer has no vote account. It is shown as voting with its identity, because its word alone makes a block final.
    private object GetVoteAccounts(RpcCall call)
    {
        var settings = call.Settings(0);
        Pubkey? wanted = settings.Text("votePubkey") is { } text ? RpcJson.Pubkey(text) : null;
        _ = settings.Flag("keepUnstakedDelinquents");
        var distance = settings.Number("delinquentSlotDistance") ?? DelinquentSlotDistance;
        var isCurrent = _engine.SlotsBehind < distance;
        return _engine.AtLevel(settings, (bank, _, _) =>
        {
            var latest = bank.LatestBlock.Slot;
            ImmutableArray<VoteAccount> accounts = wanted is { } key && key != _producer
                ? []
                : [new VoteAccount(_producer, _producer, Lamports.Zero, EpochVoteAccount: true, [], Commission: 0, latest, latest)];
            return isCurrent ? new VoteAccounts(accounts, []) : new VoteAccounts([], accounts);
        });
    }

    private object GetStakeActivation(RpcCall call)
    {
        var key = call.Pubkey(0);
        _ = call.Settings(1).Number("epoch");
        var exists = _engine.Answer(call.Settings(1), bank => bank.GetAccount(key) is not null).Value;
        throw RpcErrors.InvalidParams(exists ? "Invalid param: not a stake account" : "Invalid param: could not find account");
    }

    // Nothing can be delegated here; 1 is what upstream says where it sets no limit.
    private object GetStakeMinimumDelegation(RpcCall call) => _engine.Answer(call.Settings(0), _ => new Lamports(1));

    private static object GetInflationGovernor(RpcCall call)
    {
        _ = call.Settings(0).Commitment;
        return new InflationGovernor(0, 0, 0, 0, 0);
    }

    private object GetInflationRate(RpcCall call) =>
        _engine.Read((bank, _) => new InflationRate(0, 0, 0, bank.LatestBlock.Slot.Value / SlotsPerEpoch));

    private object GetInflationReward(RpcCall call)
    {
        var (accounts, settings) = (call.Pubkeys(0, int.MaxValue), call.Settings(1));
        var epoch = settings.Number("epoch");
        return _engine.AtLevel(settings, (bank, _, _) =>
        {
            // Rewards of an epoch would come with the first block of the next one.
            if (epoch is { } given && given >= bank.LatestBlock.Slot.Value / SlotsPerEpoch)
            {
                throw RpcErrors.BlockNotAvailable(new Slot(ulong.CreateSaturating(((UInt128)given + 1) * SlotsPerEpoch)));
            }

            return new object?[accounts.Length];
        });
    }

    private bool IsWanted(RpcSettings settings) => settings.Text("identity") is not { } text || RpcJson.Pubkey(text) == _producer;

    // As upstream: this epoch's leaders are known, and the next one's.
    private bool IsScheduled(ulong epoch) => epoch <= _engine.Read((bank, _) => (bank.Slot.Value / SlotsPerEpoch) + 1);
}
