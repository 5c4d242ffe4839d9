using Pond.Contracts.Rpc;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <content>How the task and its rounds are watched on the ledger.</content>
public sealed partial class NodeTask
{
    /// <summary>Every how many slots the task itself is read at most: stakes and balances change seldom.</summary>
    private const ulong TaskPollSlots = 4;

    /// <summary>
    /// How often the shorter of a task's windows is looked into: often enough to act in time, and no oftener however long its rounds are.
    /// </summary>
    private const ulong LooksPerWindow = 8;

    /// <summary>How often a task's folder is measured: rarely enough that a hundred thousand files don't matter.</summary>
    private static readonly TimeSpan FolderInterval = TimeSpan.FromSeconds(30);

    private bool _isAnnounced;
    private long? _folderSeenAt;
    private Task _folderWatch = Task.CompletedTask;

    /// <summary>Looks at the task once in every slot, and tells the core.</summary>
    private async Task ObserveAsync(CancellationToken stoppingToken)
    {
        Slot? last = null;
        Slot? taskReadAt = null;
        Slot? roundsReadAt = null;
        try
        {
            await foreach (var slot in _slots.Reader.ReadAllAsync(stoppingToken))
            {
                if (last is { } before && slot <= before)
                {
                    continue;
                }

                last = slot;
                try
                {
                    lock (_gate)
                    {
                        _slot = slot;
                    }

                    _content.EnterRound(Status.Round, ReadTask().AllowedFailedDistributions);
                    if (taskReadAt is null || slot - taskReadAt >= TaskPollSlots)
                    {
                        WatchFolder();
                    }

                    await _engine.PostAsync(new NodeInput.SlotObserved(slot), stoppingToken);
                    var task = ReadTask();
                    var every = Math.Max(1, Math.Min(task.SubmissionWindow, task.AuditWindow) / LooksPerWindow);
                    if (taskReadAt is not { } read || slot - read >= Math.Max(TaskPollSlots, every))
                    {
                        await ObserveTaskAsync(stoppingToken);
                        taskReadAt = slot;
                    }

                    if (roundsReadAt is not { } seen || slot - seen >= every)
                    {
                        await ObserveRoundsAsync(stoppingToken);
                        roundsReadAt = slot;
                    }

                    SetLedgerError(null);
                }
                catch (Exception exception) when (exception is PondException or RpcException)
                {
                    SetLedgerError(exception.Message);
                }

                _options.OnStatus(Status);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    private async Task ObserveTaskAsync(CancellationToken stoppingToken)
    {
        var task = await _ledger.GetTaskAsync(stoppingToken);
        lock (_gate)
        {
            _task = task;
        }

        await _engine.PostAsync(new NodeInput.TaskObserved(task), stoppingToken);
        if (!_isAnnounced)
        {
            await AnnounceAsync(task, stoppingToken);
        }
    }

    /// <summary>Has the stake and the address on the ledger. A task that takes none now gets them when it is activated again.</summary>
    private async Task AnnounceAsync(TaskInfo task, CancellationToken cancellationToken)
    {
        if (task.IsMigrated || !task.IsActive)
        {
            _isAnnounced = false;
            return;
        }

        var stake = _options.Stake > task.MinimumStake ? _options.Stake : task.MinimumStake;
        var address = _node.Address.GetLeftPart(UriPartial.Authority);
        _ = _options.EnsureStake is { } ensure
            ? await ensure(task, stake, address, cancellationToken)
            : await _ledger.StakeAsync(task, stake, address, cancellationToken);
        _isAnnounced = true;
    }

    /// <summary>Sees in the background whether the task's folder is larger than it may be; one look at a time.</summary>
    private void WatchFolder()
    {
        if (_node.Options.MaxFolderBytes is not { } most || !_folderWatch.IsCompleted
            || (_folderSeenAt is { } seen && _node.Time.GetElapsedTime(seen) < FolderInterval))
        {
            return;
        }

        _folderSeenAt = _node.Time.GetTimestamp();
        _folderWatch = Task.Run(
            () =>
            {
                var size = TaskRuntime.MeasureBytes(Home);
                if (size <= most)
                {
                    return;
                }

                var freed = TaskRuntime.Empty(Home);
                OnLine($"The task has {size} bytes in its folder and may have {most}; {freed} bytes of its folder '{TaskRuntime.FolderName}' were removed.");
                _supervisor.Restart($"quota-exceeded: it has {size} bytes in its folder and may have {most}.", isHung: size - freed > most);
            },
            CancellationToken.None);
    }

    private async Task ObserveRoundsAsync(CancellationToken stoppingToken)
    {
        var rounds = await _engine.AskAsync(core => core.RoundsOfInterest, stoppingToken);
        // A bundle of class L chooses by itself whom it audits; every other node reads its share, which stays small in a large round.
        var readsAll = ReadTask().Class is TaskClass.Legacy;
        var answers = await Task.WhenAll(rounds.Select(round => readsAll
            ? _node.Client.GetTaskRoundAsync(Id, round, Commitment.Processed, stoppingToken)
            : _node.Client.GetTaskRoundAsync(Id, round, StakingKey, Commitment.Processed, stoppingToken)));
        foreach (var (round, answer) in rounds.Zip(answers))
        {
            await _engine.PostAsync(
                answer.Value is { } info ? new NodeInput.RoundObserved(info) : new NodeInput.RoundUnknown(round), stoppingToken);
        }

        var progress = await _engine.AskAsync(core => core.Progress, stoppingToken);
        lock (_gate)
        {
            _rounds = progress;
        }
    }
}
