using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <content>A task that hangs or does nothing is started again.</content>
public sealed partial class TaskNodeCore
{
    /// <summary>After how many rounds without a submission, one after the other, the task is started again: as in the original node.</summary>
    public const int MissedRounds = 3;

    /// <summary>The longest patience with a task that misses its rounds whenever it is started again. It doubles each time.</summary>
    public const int MostMissedRounds = 48;

    private int _missed;
    private int _patience = MissedRounds;

    private void TaskWorks()
    {
        _missed = 0;
        _patience = MissedRounds;
    }

    private void WatchSubmissions(RoundState state, RoundReason reason, ICollection<NodeOutput> outputs)
    {
        // A task that says itself that it has nothing to submit is believed; a legacy bundle says so of everything.
        var isTasksFault = reason is RoundReason.ExecuteFailed or RoundReason.SubmitFailed or RoundReason.TaskTooSlow
                or RoundReason.TaskHung or RoundReason.TaskDown or RoundReason.WindowClosed
            || (reason is RoundReason.NoSubmission && _task!.Class is TaskClass.Legacy);
        if (!_options.HasTimer || !isTasksFault || ++_missed < _patience)
        {
            return;
        }

        Restart(state.Round, $"It missed the submissions of {_missed} rounds one after the other.", isHung: false, outputs);
        _missed = 0;
        _patience = Math.Min(_patience * 2, MostMissedRounds);
    }

    private void Restart(Round round, string reason, bool isHung, ICollection<NodeOutput> outputs)
    {
        outputs.Add(Entry(round, JournalEvent.TaskRestarted, detail: reason));
        outputs.Add(new NodeOutput.RestartTask(reason, isHung));
    }
}
