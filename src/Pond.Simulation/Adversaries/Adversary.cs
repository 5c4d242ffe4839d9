using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Adversaries;

/// <summary>
/// What a dishonest or unlucky operator does to the network: each method stands at a seam between a node's task and the ledger. As it
/// is, nothing is done. An author attacks a task with classes of his own that override what they need.
/// </summary>
/// <remarks>
/// One instance per node, used by one thread. All it may decide by is its view and what it remembers: then the seed repeats it.
/// </remarks>
public abstract class Adversary
{
    /// <summary>What its nodes are counted as, such as <c>liar</c>. Nodes of the same group know each other.</summary>
    public abstract string Group { get; }

    /// <summary>How much more time its calls take. Default 1: none.</summary>
    public virtual int Slowness => 1;

    /// <summary>By how many slots its looks at the ledger, and its clock, are off. Default 0.</summary>
    public virtual int ClockSkewSlots => 0;

    /// <summary>
    /// Whether what it does is only a misfortune: its submissions are honest, and nothing may be taken from it. Default false.
    /// </summary>
    public virtual bool IsHonestAtHeart => false;

    /// <summary>Whether its node runs in a round. Default yes.</summary>
    public virtual bool IsPresent(AdversaryView view, Round current) => true;

    /// <summary>Whether it runs the task's code for a phase. Default yes; without it the other methods are asked with a null for the honest answer.</summary>
    public virtual bool Runs(AdversaryView view, TaskPhase phase, Round round) => true;

    /// <summary>By how many slots it delays a phase. Default 0.</summary>
    public virtual int DelaySlots(TaskPhase phase, TaskInfo task) => 0;

    /// <summary>What it submits.</summary>
    /// <param name="view">What it sees.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="honest">What its task would submit; null if that was not run.</param>
    /// <returns>The submission; null for none.</returns>
    public virtual string? Submit(AdversaryView view, Round round, string? honest) => honest;

    /// <summary>Its verdict on a submission; null for none.</summary>
    public virtual Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest) => honest;

    /// <summary>The distribution list that it hands in, as JSON; null for none.</summary>
    public virtual string? WriteList(AdversaryView view, Round round, string? honest) => honest;

    /// <summary>Its verdict on a list; null for none.</summary>
    public virtual Verdict? AuditList(AdversaryView view, Round round, Pubkey author, Verdict? honest) => honest;

    /// <summary>What it sends to the ledger beside all that, each as a transaction of its own.</summary>
    /// <param name="view">What it sees.</param>
    /// <param name="moment">Why it is asked now.</param>
    /// <param name="current">The round that runs: work of the one before is being submitted and audited.</param>
    public virtual IEnumerable<NodeAction> Act(AdversaryView view, AdversaryMoment moment, Round current) => [];

    /// <summary>Whether it serves its content to a node. Default yes.</summary>
    public virtual bool Serves(AdversaryView view, Pubkey to) => true;

    /// <summary>For how many slots its process is gone, beginning now; 0 for not at all. Asked at each look at the ledger.</summary>
    public virtual ulong CrashSlots(AdversaryView view, Round current) => 0;

    /// <summary>Whether it keeps a node's transactions out of the slots that it produces. Default not.</summary>
    public virtual bool Censors(AdversaryView view, Pubkey sender) => false;
}

/// <summary>Why an adversary is asked what it does.</summary>
public enum AdversaryMoment
{
    /// <summary>A round has begun: submissions are taken, and lists.</summary>
    RoundBegins = 0,

    /// <summary>The beacon is known: audits begin.</summary>
    AuditBegins = 1,

    /// <summary>Something later in the round.</summary>
    Later = 2,
}
