using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Powers;

/// <summary>What the owner of a local network may do to it: docs/protocol/ledger.md, "Local powers".</summary>
internal sealed class PowerMethods(LedgerEngine engine, LedgerHostOptions options, RpcFaults faults, SnapshotShelf snapshots)
{
    private static readonly string[] Targets = ["slots", "slot", "task"];

    /// <summary>How many blocks one call may mine: each takes a proof, about a millisecond.</summary>
    internal const ulong MaxMinedSlots = 10_000;

    private const int MaxImpersonated = 1000;
    private const int MaxFailures = 1_000_000;
    private const ulong MaxDelayMs = 60_000;

    // Block times are dates, and dates end with the year 9999.
    private static readonly DateTimeOffset EndOfTime = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The methods.</summary>
    internal IEnumerable<RpcMethod> All() =>
    [
        Power("pond_status", 0, 0, _ => Status()),
        new("pond_warp", 1, 1, call => Allow(call) ? WarpAsync(call) : default),
        new("pond_mine", 0, 1, call => Allow(call) ? MineAsync(call) : default),
        Power("pond_pause", 0, 0, _ => Do(engine.Clock.Pause)),
        Power("pond_resume", 0, 0, _ => Do(engine.Clock.Resume)),
        Power("pond_snapshot", 0, 0, _ => Snapshot()),
        Power("pond_revert", 1, 1, Revert),
        Power("pond_setAccount", 2, 2, SetAccount),
        Power("pond_impersonate", 1, 2, Impersonate),
        Power("pond_fault", 0, 1, Fault),
    ];

    private RpcMethod Power(string name, int minParameters, int maxParameters, Func<RpcCall, object?> answer) =>
        new(name, minParameters, maxParameters, call => ValueTask.FromResult(Allow(call) ? Explain(() => answer(call)) : null));

    // Never false: a caller without the right is told so.
    private bool Allow(RpcCall call)
    {
        CallerGate.RefuseForeign(call);
        if (!options.Genesis.IsLocal)
        {
            throw Refused("this is not a local network, and its genesis can't be changed. Run one of your own with `pond ledger run`.");
        }

        if (options.PowersToken is null)
        {
            throw Refused("this ledger was started without a token.");
        }

        return call.Caller.HasToken ? true : throw Refused(
            "the network's token is missing or another's. Send `Authorization: Bearer <token>`; it lies in the file `token` of the network's folder.");
    }

    private object Status() => new
    {
        Slot = engine.Read((bank, _) => bank.Slot),
        Paused = engine.Clock.IsPaused,
        Impersonated = engine.Impersonated.Order(),
        Snapshots = snapshots.Ids,
        FailingTransactions = engine.FailuresLeft,
        Faults = faults.All.Select(fault => new
        {
            fault.Method,
            DelayMs = (ulong)fault.Delay.TotalMilliseconds,
            Refuse = fault.IsRefused,
            Count = fault.CallsLeft,
        }),
    };

    private object Do(Action change)
    {
        change();
        return Status();
    }

    private async ValueTask<object?> WarpAsync(RpcCall call)
    {
        var settings = call.Settings(0);
        var target = engine.Read((bank, _) => Target(settings, bank));
        var latest = (EndOfTime - options.Genesis.CreatedAt).Ticks / options.Genesis.SlotDuration.Ticks;
        return target.Value <= (ulong)latest
            ? new { Slot = await engine.WarpAsync(target, call.CancellationToken) }
            : throw RpcErrors.InvalidParams($"Slot {target} lies beyond the year 9000, where no block can have a time. The last one is {latest}.");
    }

    private static Slot Target(RpcSettings settings, Bank bank)
    {
        var named = Targets.Count(name => settings.Member(name) is not null);
        if (named != 1)
        {
            throw RpcErrors.InvalidParams("Name one of `slots` (how many), `slot` (which one) and `task` (whose next `window` or `round`).");
        }

        if (settings.Number("slots") is { } slots)
        {
            return slots <= ulong.MaxValue - bank.Slot.Value
                ? bank.Slot + slots
                : throw RpcErrors.InvalidParams("So many slots don't fit into 64 bits.");
        }

        if (settings.Number("slot") is { } slot)
        {
            return slot >= bank.Slot.Value
                ? new Slot(slot)
                : throw RpcErrors.InvalidParams($"Slot {slot} has passed; slot {bank.Slot} is open. Time goes on only.");
        }

        var key = RpcJson.Pubkey(settings.Text("task")!);
        var task = bank.GetTask(key) ?? throw RpcErrors.NotFound($"There is no task at {key}.");
        return settings.Text("to") switch
        {
            "round" => task.Windows.NextRound(bank.Slot),
            "window" or null => task.Windows.NextWindow(bank.Slot),
            var other => throw RpcErrors.InvalidParams($"`to` is `window` or `round`, not `{other}`."),
        };
    }

    private async ValueTask<object?> MineAsync(RpcCall call)
    {
        var count = call.Optional(0) is { } given ? RpcJson.Number(given) : 1;
        if (count is 0 or > MaxMinedSlots)
        {
            throw RpcErrors.InvalidParams($"From 1 to {MaxMinedSlots} slots can be mined at once. `pond_warp` passes many without blocks.");
        }

        var slot = new Slot(0);
        for (var mined = 0UL; mined < count; mined++)
        {
            slot = await engine.WarpAsync(engine.Read((bank, _) => bank.Slot) + 1, call.CancellationToken);
        }

        return new { Slot = slot };
    }

    private object Snapshot()
    {
        var (slot, accounts) = engine.CaptureAccounts();
        return new { Snapshot = snapshots.Add(accounts), Slot = slot };
    }

    private object Revert(RpcCall call)
    {
        var id = call.Number(0);
        var accounts = snapshots.Find(id)
            ?? throw RpcErrors.NotFound($"There is no snapshot {id}; there are: {string.Join(", ", snapshots.Ids)}. The last {SnapshotShelf.MaxSnapshots} are kept.");
        return new { Snapshot = id, Slot = engine.Apply(bank => bank.EntryToRevertTo(accounts)) };
    }

    private object SetAccount(RpcCall call)
    {
        var key = call.Pubkey(0);
        var settings = call.Settings(1);
        var account = call.Optional(1) is null
            ? null
            : new Account(
                new Lamports(settings.RequiredNumber("lamports")),
                settings.Text("owner") is { } owner ? RpcJson.Pubkey(owner) : default,
                settings.Text("data") is { } data ? AccountBytes.Read(data) : [],
                settings.Flag("executable"));
        return new { Account = key, Slot = engine.Apply(bank => bank.EntryToSet(key, account)) };
    }

    private object Impersonate(RpcCall call)
    {
        var key = call.Pubkey(0);
        var isOn = call.Optional(1) is not { } given || RpcJson.Flag(given);
        engine.Impersonated = isOn ? engine.Impersonated.Add(key) : engine.Impersonated.Remove(key);
        if (engine.Impersonated.Count > MaxImpersonated)
        {
            engine.Impersonated = engine.Impersonated.Remove(key);
            throw RpcErrors.InvalidParams($"At most {MaxImpersonated} signers can be impersonated at once.");
        }

        return Status();
    }

    private object Fault(RpcCall call)
    {
        if (call.Optional(0) is null)
        {
            faults.Clear();
            engine.FailuresLeft = 0;
            return Status();
        }

        var settings = call.Settings(0);
        var (method, count, delay) = (settings.Text("method"), settings.Number("count"), settings.Number("delayMs") ?? 0);
        if (settings.Number("transactions") is { } failures)
        {
            engine.FailuresLeft = failures <= MaxFailures
                ? (int)failures
                : throw RpcErrors.InvalidParams($"At most {MaxFailures} transactions can be made to fail.");
        }
        else if (method is null)
        {
            throw RpcErrors.InvalidParams("Name `transactions` (how many of the next ones fail) or `method` (whose calls are delayed or refused; `*` for all).");
        }

        if (method is not null)
        {
            if (delay > MaxDelayMs || count is 0 or > int.MaxValue || (delay == 0 && !settings.Flag("refuse")))
            {
                throw RpcErrors.InvalidParams($"A fault has `delayMs` up to {MaxDelayMs} or `refuse`, and a `count` of at least 1 if it is to end.");
            }

            if (!faults.TryAdd(new RpcFault(method, TimeSpan.FromMilliseconds(delay), settings.Flag("refuse"), (int?)count)))
            {
                throw RpcErrors.InvalidParams($"There are {RpcFaults.MaxFaults} faults; end them first by calling without a parameter.");
            }
        }

        return Status();
    }

    // What the ledger refuses is the caller's mistake, and says what to do.
    private static object? Explain(Func<object?> answer)
    {
        try
        {
            return answer();
        }
        catch (PondException exception) when (exception.Code is not ("ledger-stopped" or "block-full"))
        {
            throw RpcErrors.InvalidParams($"{exception.Message} {exception.Fix}");
        }
        catch (FormatException exception)
        {
            throw RpcErrors.InvalidParams(exception.Message);
        }
    }

    private static RpcException Refused(string why) => new(RpcErrorCodes.PowerRefused, $"Refused: {why}");
}
