using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk;

/// <summary>What a task says in its rounds. The node turns it into transactions, sends and repeats them.</summary>
/// <remarks>Saying the same twice does no harm: the node sends a submission once, and a verdict once per candidate.</remarks>
public interface ITaskRounds
{
    /// <summary>Hands over the round's submission.</summary>
    ValueTask SubmitAsync(Round round, Submission submission, CancellationToken cancellationToken);

    /// <summary>The candidates that this node should audit now: assigned to it, and without its verdict yet.</summary>
    ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken);

    /// <summary>Hands over a verdict on a submission. Invalid opens an objection and puts this node's own stake at risk.</summary>
    ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken);

    /// <summary>Hands over the round's distribution list.</summary>
    ValueTask SubmitDistributionListAsync(Round round, DistributionList list, CancellationToken cancellationToken);

    /// <summary>The authors whose lists this node should audit now.</summary>
    ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken);

    /// <summary>The text of an author's list, as it was submitted: it may be anything. Null if there is none.</summary>
    ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken);

    /// <summary>Hands over a verdict on a distribution list.</summary>
    ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken);
}
