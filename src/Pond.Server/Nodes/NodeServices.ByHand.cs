using System.Collections.Concurrent;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <content>A node without timers: what the task hands over goes to the ledger at once, and the ledger's answer to whoever called.</content>
internal sealed partial class NodeServices
{
    /// <summary>More than one phase hands over; older ones are forgotten.</summary>
    private const int MostActionsKept = 1_000;

    private readonly ConcurrentQueue<HandAction> _byHand = new();
    private long _lastByHand;

    /// <summary>What was sent since the last time that this was asked.</summary>
    internal IReadOnlyList<HandAction> TakeActions()
    {
        var taken = new List<HandAction>();
        while (_byHand.TryDequeue(out var action))
        {
            taken.Add(action);
        }

        return taken;
    }

    /// <summary>Settles a round, as the node does it by itself where it has timers.</summary>
    /// <exception cref="PondException"><c>action-refused</c> or <c>action-unknown</c>.</exception>
    internal async Task PayOutAsync(Round round, CancellationToken cancellationToken) =>
        await TrySendByHandAsync(new NodeAction.Payout(round, await GetAuthorAsync(round, cancellationToken)), cancellationToken);

    /// <summary>Sends it, if the node has no timers that would.</summary>
    /// <returns>False if it has timers.</returns>
    /// <exception cref="PondException"><c>action-refused</c>, with the ledger's reason and the window, or <c>action-unknown</c>.</exception>
    private async Task<bool> TrySendByHandAsync(NodeAction action, CancellationToken cancellationToken)
    {
        if (node.Options.HasTimers)
        {
            return false;
        }

        var id = Interlocked.Increment(ref _lastByHand);
        var end = await ledger.PerformAsync(new NodeOutput.Send(id, action), readTask().StakePot, cancellationToken);
        var failure = end switch
        {
            NodeInput.ActionFailed { Error: var error } => new PondException(
                "action-refused",
                $"The ledger refused {action.Name}: {error} {WindowOf(action)}".TrimEnd(),
                "Call the phase again inside its window."),
            NodeInput.ActionUnknown => new PondException(
                "action-unknown",
                $"Whether {action.Name} took effect is not known: its answer was lost.",
                "Look at the round before you call the phase again.",
                isTransient: true),
            _ => null,
        };
        _byHand.Enqueue(new(action.Name, (end as NodeInput.ActionConfirmed)?.Signature, failure?.Message));
        while (_byHand.Count > MostActionsKept && _byHand.TryDequeue(out _))
        {
            // The oldest.
        }

        return failure is null ? true : throw failure;
    }

    private string WindowOf(NodeAction action)
    {
        var windows = readTask().Windows;
        return action switch
        {
            NodeAction.SubmitTask(var round, _) => Say("Submissions", round, windows.SubmissionsFrom(round), windows.LastSubmission(round)),
            NodeAction.AuditSubmission(var round, _, _) => Say(
                "Verdicts",
                round,
                windows.LastSubmission(round) + 1,
                readTask().Class is TaskClass.Legacy ? windows.LastLegacyVote(round) : windows.LastVote(round)),
            NodeAction.UploadAndSubmitList(var round, _) => Say("Lists", round, windows.ListsFrom(round, 0), windows.LastList(round, 0)),
            NodeAction.AuditList(var round, _, _) => Say("Verdicts on lists", round, windows.LastList(round, 0) + 1, windows.LastListVote(round, 0)),
            NodeAction.Payout(var round, _) => $"Round {round} can be paid from slot {windows.PayoutFrom(round, 0)} on; this is slot {CurrentSlot}.",
            _ => "",
        };

        string Say(string what, Round round, Slot from, Slot to) =>
            $"{what} for round {round} are taken from slot {from} to {to}; this is slot {CurrentSlot}.";
    }
}

/// <summary>One thing that a task handed over while its node had no timers.</summary>
/// <param name="Name">What was done on the ledger.</param>
/// <param name="Signature">The transaction; null if it was refused or its answer was lost.</param>
/// <param name="Error">Why it did not take effect; null if it did.</param>
public sealed record HandAction(string Name, Signature? Signature, string? Error);
