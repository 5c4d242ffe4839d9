using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Simulation.Adversaries;

namespace Pond.Simulation.Nodes;

/// <content>How the task's code is called, and how an adversary stands between it and the network.</content>
internal sealed partial class SimulatedNode
{
    private readonly Queue<NodeOutput.CallTask> _untilReady = new();
    private bool _isStarting;
    private MadeTask? _made;

    private void StartTask()
    {
        var life = _life;
        _isReady = false;
        _isStarting = true;
        _world.Clock.After(new TimeSpan((long)_random.NextBelow((ulong)_world.Options.SlotTime.Ticks)), () =>
        {
            if (life != _life || !IsUp)
            {
                return;
            }

            var made = _made = MadeTask.Of(Plan.Task, Context, _world);
            var task = _task = made.Task;
            Lane.Start(() => made.StartAsync(Context), error =>
            {
                if (life != _life || task != _task)
                {
                    return;
                }

                _world.Trace($"started {Number} {error?.GetType().Name}");
                if (error is not null)
                {
                    _world.Errors.Add($"{nameof(PondTask.StartAsync)}: {error.GetType().Name}: {error.Message}");
                }

                _isReady = error is null;
                _isStarting = false;
                while (_untilReady.TryDequeue(out var call))
                {
                    Call(call);
                }
            });
        });
    }

    private void EndTask()
    {
        _untilReady.Clear();
        _isReady = false;
        _isStarting = false;
        _made?.Dispose();
        _made = null;
        _task = null;
    }

    private void Call(NodeOutput.CallTask call)
    {
        if (_isStarting)
        {
            _untilReady.Enqueue(call);
            return;
        }

        if (call.Round > _world.LastRound && call.Phase is TaskPhase.Execute or TaskPhase.Submit)
        {
            // The simulation ends before the round does.
            Post(new NodeInput.PhaseCompleted(call.Id, null));
            return;
        }

        var life = _life;
        _world.Clock.After(DelayOf(call.Phase), () =>
        {
            if (life == _life)
            {
                Run(call);
            }
        });
    }

    // A node does nothing at the very instant at which it could; work takes some of its round.
    private TimeSpan DelayOf(TaskPhase phase)
    {
        var slot = _world.Options.SlotTime.Ticks;
        var most = phase is TaskPhase.Execute ? (long)_world.Task.RoundTime * slot / 2 : slot;
        var delay = new TimeSpan((long)_random.NextBelow((ulong)most));
        return Adversary is { } adversary ? (delay * adversary.Slowness) + (_world.Options.SlotTime * adversary.DelaySlots(phase, _world.Task)) : delay;
    }

    private void Run(NodeOutput.CallTask call)
    {
        if (_world.SlotNow > call.LastSlot)
        {
            Complete(call, "It began after its last slot.", PhaseFault.TooSlow);
            return;
        }

        if (_task is not { } task || !_isReady)
        {
            Complete(call, "The task is not running.", PhaseFault.NotRunning);
            return;
        }

        if (Adversary is { } adversary && !adversary.Runs(View, call.Phase, call.Round))
        {
            SavedCalls++;
            Pretend(call);
            Complete(call, null, PhaseFault.None);
            return;
        }

        var source = new CancellationTokenSource();
        var round = new RoundContext(Context, call.Round, call.Phase, call.IsPreviousRoundFailed);
        var began = TimeProvider.System.GetTimestamp();
        var life = _life;
        _calls[call.Id] = source;
        Lane.Start(() => Invoke(task, round, source.Token), error =>
        {
            _world.PhaseTimes.Add(call.Phase, TimeProvider.System.GetElapsedTime(began));
            if (life == _life && _calls.Remove(call.Id))
            {
                source.Dispose();
                if (error is not null)
                {
                    _world.Errors.Add($"{call.Phase}: {error.GetType().Name}: {error.Message}");
                }

                Complete(call, error?.GetType().Name, error is OperationCanceledException ? PhaseFault.TooSlow : PhaseFault.Failed);
            }
        });
        if (_calls.ContainsKey(call.Id))
        {
            _world.Clock.At(_world.StartOf(call.LastSlot + 1), () => GiveUp(call, source, life));
        }
    }

    private void GiveUp(NodeOutput.CallTask call, CancellationTokenSource source, int life)
    {
        if (life != _life || !_calls.ContainsKey(call.Id))
        {
            return;
        }

        source.Cancel();
        // What is called off gets a few slots to let go; then it hangs.
        _world.Clock.After(_world.Options.SlotTime * 4, () =>
        {
            if (life == _life && _calls.Remove(call.Id))
            {
                Complete(call, "It hangs.", PhaseFault.Hung);
            }
        });
    }

    private void Complete(NodeOutput.CallTask call, string? error, PhaseFault fault)
    {
        _world.Trace($"done {Number} {(int)call.Phase} {call.Round} {error}");
        Post(new NodeInput.PhaseCompleted(call.Id, error, fault));
    }

    private static Task Invoke(PondTask task, RoundContext round, CancellationToken cancellationToken) => round.Phase switch
    {
        TaskPhase.Execute => task.ExecuteAsync(round, cancellationToken),
        TaskPhase.Submit => task.SubmitAsync(round, cancellationToken),
        TaskPhase.Audit => task.AuditAsync(round, cancellationToken),
        TaskPhase.Distribute => task.SubmitDistributionListAsync(round, cancellationToken),
        TaskPhase.AuditDistribution => task.AuditDistributionListAsync(round, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException($"No function for {round.Phase}."),
    };

    /// <summary>What an adversary does that does not run the task's code.</summary>
    private void Pretend(NodeOutput.CallTask call)
    {
        switch (call.Phase)
        {
            case TaskPhase.Submit:
                Submit(call.Round, null);
                break;
            case TaskPhase.Audit:
                foreach (var candidate in Ask(core => core.AuditDutiesOf(call.Round)))
                {
                    GiveVerdict(call.Round, candidate, null);
                }

                break;
            case TaskPhase.Distribute:
                WriteList(call.Round, null);
                break;
            case TaskPhase.AuditDistribution:
                foreach (var author in Ask(core => core.ListAuditDutiesOf(call.Round)))
                {
                    GiveListVerdict(call.Round, author, null);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>Hands over a submission, or what the adversary makes of it.</summary>
    internal void Submit(Round round, string? honest)
    {
        var value = Adversary is { } adversary ? adversary.Submit(View, round, honest) : honest;
        if (value is null)
        {
            return;
        }

        if (honest is null)
        {
            // What somebody else has handed in may be right; what nobody has was made up.
            var isCopy = _world.Ledger.ReadRound(round)?.Submissions.Values.Any(other => string.Equals(other.Value, value, StringComparison.Ordinal)) ?? false;
            (isCopy ? FreeRides : Lies).Add(round);
        }
        else if (!Plan.IsWorkHonest || !string.Equals(value, honest, StringComparison.Ordinal))
        {
            Lies.Add(round);
        }

        Post(new NodeInput.SubmissionProduced(round, value));
    }

    internal void GiveVerdict(Round round, Pubkey candidate, Verdict? honest)
    {
        if ((Adversary is { } adversary ? adversary.Audit(View, round, candidate, honest) : honest) is { } verdict)
        {
            _world.Audits++;
            Post(new NodeInput.VerdictGiven(round, candidate, verdict));
        }
    }

    internal void WriteList(Round round, string? honest)
    {
        if ((Adversary is { } adversary ? adversary.WriteList(View, round, honest) : honest) is { } list)
        {
            Post(new NodeInput.ListProduced(round, list));
        }
    }

    internal void GiveListVerdict(Round round, Pubkey author, Verdict? honest)
    {
        if ((Adversary is { } adversary ? adversary.AuditList(View, round, author, honest) : honest) is { } verdict)
        {
            Post(new NodeInput.ListVerdictGiven(round, author, verdict));
        }
    }

    private void Act(Look look, Round current)
    {
        foreach (var action in Adversary!.Act(View, look switch
        {
            Look.Round => AdversaryMoment.RoundBegins,
            Look.Audit => AdversaryMoment.AuditBegins,
            _ => AdversaryMoment.Later,
        }, current))
        {
            _world.Trace($"attack {Number} {action.Name}");
            Send(action, static _ => { });
        }

        if (Adversary!.CrashSlots(View, current) is > 0 and var down)
        {
            Crash(down);
        }
    }
}
