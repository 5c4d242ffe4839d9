using System.Threading.Channels;
using Pond.Node;
using Pond.Primitives;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>The shell around a <see cref="TaskNodeCore"/>: feeds it one input at a time and carries out what it asks for.</summary>
/// <remarks>
/// Whoever posts waits until his input is handled and the journal is on disk, so nobody can run ahead of a slow disk. Calls and
/// actions run beside each other; their ends come back as inputs.
/// </remarks>
internal sealed class NodeEngine
{
    /// <summary>How many inputs may wait. The node's own sources are the poll, a few calls and actions, and the task's requests.</summary>
    private const int InboxCapacity = 256;

    private readonly TaskNodeCore _core;
    private readonly NodeDatabase _database;
    private readonly Func<NodeOutput.CallTask, CancellationToken, Task<PhaseOutcome>> _call;
    private readonly Func<NodeOutput.Send, CancellationToken, Task<NodeInput>> _send;
    private readonly Action<TaskNodeCore, IReadOnlyCollection<JournalEntry>> _onHandled;
    private readonly Channel<Message> _inbox = Channel.CreateBounded<Message>(
        new BoundedChannelOptions(InboxCapacity) { SingleReader = true });

    // Touched by the consumer alone.
    private readonly List<Task> _running = [];
    private readonly Dictionary<long, (Slot LastSlot, CancellationTokenSource Source)> _calls = [];

    /// <summary>Makes an engine.</summary>
    /// <param name="core">Decides.</param>
    /// <param name="database">Takes the journal.</param>
    /// <param name="call">Calls the task; its token is cancelled after the call's last slot. Must not throw but for cancellation.</param>
    /// <param name="send">Carries out an action and returns its end as an input. Must not throw but for cancellation.</param>
    /// <param name="onHandled">Is told after each input what was recorded, by the one thread that runs the core.</param>
    internal NodeEngine(
        TaskNodeCore core,
        NodeDatabase database,
        Func<NodeOutput.CallTask, CancellationToken, Task<PhaseOutcome>> call,
        Func<NodeOutput.Send, CancellationToken, Task<NodeInput>> send,
        Action<TaskNodeCore, IReadOnlyCollection<JournalEntry>> onHandled)
    {
        _core = core;
        _database = database;
        _call = call;
        _send = send;
        _onHandled = onHandled;
    }

    /// <summary>Is told when the task is to be started again; must not block.</summary>
    internal Action<NodeOutput.RestartTask> OnRestart { get; init; } = _ => { };

    /// <summary>Posts an input for the journal without waiting. While the node is too busy to take it, it is forgotten.</summary>
    internal void Note(NodeInput input) => _inbox.Writer.TryWrite(new Message(input, Question: null));

    /// <summary>Posts an input and waits until it is handled.</summary>
    internal async Task PostAsync(NodeInput input, CancellationToken cancellationToken)
    {
        var message = new Message(input, Question: null);
        await _inbox.Writer.WriteAsync(message, cancellationToken);
        await message.Handled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Asks the core something.</summary>
    internal async Task<T> AskAsync<T>(Func<TaskNodeCore, T> question, CancellationToken cancellationToken)
    {
        T answer = default!;
        var message = new Message(Input: null, core => answer = question(core));
        await _inbox.Writer.WriteAsync(message, cancellationToken);
        await message.Handled.Task.WaitAsync(cancellationToken);
        return answer;
    }

    /// <summary>Runs the core until the token says stop. No call and no action is under way when this returns.</summary>
    /// <exception cref="PondException">The journal cannot be written: the node must not go on without it.</exception>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var outputs = new List<NodeOutput>();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await foreach (var message in _inbox.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    Handle(message, outputs, stopping.Token);
                    message.Handled.SetResult();
                }
                catch (Exception exception)
                {
                    message.Handled.SetException(exception);
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
        finally
        {
            _inbox.Writer.TryComplete();
            await stopping.CancelAsync();
            while (_inbox.Reader.TryRead(out var unread))
            {
                unread.Handled.SetCanceled(stopping.Token);
            }

            await Task.WhenAll(_running);
            foreach (var (_, source) in _calls.Values)
            {
                source.Dispose();
            }
        }
    }

    private void Handle(Message message, List<NodeOutput> outputs, CancellationToken stoppingToken)
    {
        message.Question?.Invoke(_core);
        if (message.Input is { } input)
        {
            _core.Handle(input, outputs);
            Release(input);
            CarryOut(outputs, stoppingToken);
            outputs.Clear();
        }
    }

    private void CarryOut(IReadOnlyCollection<NodeOutput> outputs, CancellationToken stoppingToken)
    {
        // The journal first, in one piece: what it says is on disk before anything that follows from it is done.
        var entries = outputs.OfType<NodeOutput.Record>().Select(record => record.Entry).ToList();
        _database.Append(entries);
        _onHandled(_core, entries);
        foreach (var output in outputs)
        {
            switch (output)
            {
                case NodeOutput.CallTask call:
                    var source = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    _calls.Add(call.Id, (call.LastSlot, source));
                    _running.Add(RunAsync(
                        async () =>
                        {
                            var outcome = await _call(call, source.Token);
                            return new NodeInput.PhaseCompleted(
                                call.Id, outcome.IsDone ? null : outcome.Error ?? "It failed without a word.", outcome.Fault);
                        },
                        stoppingToken));
                    break;
                case NodeOutput.Send send:
                    _running.Add(RunAsync(() => _send(send, stoppingToken), stoppingToken));
                    break;
                case NodeOutput.RestartTask restart:
                    OnRestart(restart);
                    break;
                default:
                    break;
            }
        }

        _running.RemoveAll(task => task.IsCompleted);
    }

    /// <summary>Lets go of calls that have ended, and cancels those whose result has become useless.</summary>
    private void Release(NodeInput input)
    {
        if (input is NodeInput.PhaseCompleted(var callId, _, _) && _calls.Remove(callId, out var ended))
        {
            ended.Source.Dispose();
        }

        if (input is NodeInput.SlotObserved(var slot))
        {
            foreach (var (lastSlot, source) in _calls.Values)
            {
                if (slot > lastSlot)
                {
                    source.Cancel();
                }
            }
        }
    }

    private async Task RunAsync(Func<Task<NodeInput>> work, CancellationToken stoppingToken)
    {
        // Away from the consumer, whatever the work does before its first wait.
        await Task.Yield();
        try
        {
            await PostAsync(await work(), stoppingToken);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException
            && stoppingToken.IsCancellationRequested)
        {
            // The node stops; its successor finds out on the ledger how it ended.
        }
        catch (Exception exception)
        {
            // A defect: the node must not go on as if the work had never been asked for.
            _inbox.Writer.TryComplete(exception);
        }
    }

    private sealed record Message(NodeInput? Input, Action<TaskNodeCore>? Question)
    {
        internal TaskCompletionSource Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
