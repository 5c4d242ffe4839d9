using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>What a node knows and has done of one round.</summary>
internal sealed class RoundState(Round round, RoundWindows windows)
{
    internal Round Round { get; } = round;

    internal RoundWindows Windows { get; } = windows;

    /// <summary>Its time was over before the node came back; the ledger is asked once more how it ended.</summary>
    internal bool IsOverdue { get; init; }

    /// <summary>The round as last observed, and when that was.</summary>
    internal TaskRoundInfo? Info { get; set; }

    internal Slot InfoSlot { get; set; }

    internal PhaseCall Execute { get; } = new();

    /// <summary>The round's work could not begin in time because an earlier round's was not over.</summary>
    internal bool IsDelayed { get; set; }

    /// <summary>A slot was seen in which submissions are taken.</summary>
    internal bool HasSeenWindow { get; set; }

    /// <summary>What kept the node from working or submitting, as last seen.</summary>
    internal RoundReason Obstacle { get; set; }

    internal PhaseCall Submit { get; } = new();

    internal string? Submission { get; set; }

    internal Delivery SubmissionDelivery { get; } = new();

    /// <summary>What kept the submission from the ledger at the last try.</summary>
    internal ActionFault SubmissionFault { get; set; }

    /// <summary>The ledger has shown this node's submission.</summary>
    internal bool HasSubmitted { get; set; }

    internal PhaseCall Audit { get; } = new();

    /// <summary>The candidates that an audit call has covered, whether or not a verdict came of it.</summary>
    internal SortedSet<Pubkey> Asked { get; } = [];

    internal SortedDictionary<Pubkey, OwnVerdict> Verdicts { get; } = [];

    /// <summary>The current attempt to pay the round; what follows belongs to it.</summary>
    internal Attempt Current { get; set; } = new(0);

    /// <summary>A list came in some attempt.</summary>
    internal bool HasSeenList { get; set; }

    internal RoundReason Reason { get; set; }

    internal bool IsClosed { get; set; }

    internal Lamports Earned { get; set; }

    internal Lamports Lost { get; set; }

    /// <summary>A verdict of this node's, on its way to the ledger.</summary>
    internal sealed record OwnVerdict(Verdict Verdict)
    {
        internal Delivery Delivery { get; } = new();
    }

    /// <summary>An attempt to pay the round: its list, the audit of lists, and the payout.</summary>
    internal sealed class Attempt(int number)
    {
        internal int Number { get; } = number;

        internal PhaseCall Distribute { get; } = new();

        internal string? List { get; set; }

        internal Delivery ListDelivery { get; } = new();

        internal PhaseCall AuditLists { get; } = new();

        internal SortedSet<Pubkey> AskedLists { get; } = [];

        internal SortedDictionary<Pubkey, OwnVerdict> ListVerdicts { get; } = [];

        internal Delivery Payout { get; } = new();
    }
}
