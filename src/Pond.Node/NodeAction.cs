using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>Something that a node does on the ledger. Doing one twice changes nothing the second time.</summary>
public abstract record NodeAction
{
    private NodeAction()
    {
    }

    /// <summary>What is done, in a word: the name of the case.</summary>
    public string Name => GetType().Name;

    /// <summary>Submit a round's result.</summary>
    public sealed record SubmitTask(Round Round, string Value) : NodeAction;

    /// <summary>Give a verdict on a submission.</summary>
    public sealed record AuditSubmission(Round Round, Pubkey Candidate, Verdict Verdict) : NodeAction;

    /// <summary>Write a distribution list into the node's account and submit it.</summary>
    public sealed record UploadAndSubmitList(Round Round, string Json) : NodeAction;

    /// <summary>Give a verdict on a distribution list.</summary>
    public sealed record AuditList(Round Round, Pubkey Author, Verdict Verdict) : NodeAction;

    /// <summary>Settle a round.</summary>
    /// <param name="Round">Which.</param>
    /// <param name="Author">Whose list is due: the unrejected one of the best rank. Null if there is none.</param>
    public sealed record Payout(Round Round, Pubkey? Author) : NodeAction;

    /// <summary>Move what the node has earned to its operator.</summary>
    /// <param name="Amount">What was there when the node decided.</param>
    public sealed record Claim(Lamports Amount) : NodeAction;

    /// <summary>Take the whole stake back: it is claimed afterwards. The ledger refuses it while the stake may still be needed.</summary>
    public sealed record Withdraw : NodeAction;
}
