namespace Pond.Primitives.Tasks;

/// <summary>What a node asks a task to do in a round. The wire names are Koii's: <c>executeTask</c> and so on.</summary>
public enum TaskPhase
{
    /// <summary>Do the round's work (<c>executeTask</c>).</summary>
    Execute = 0,

    /// <summary>Fetch the round's submission and submit it (<c>submitPayload</c>).</summary>
    Submit = 1,

    /// <summary>Validate others' submissions and give verdicts (<c>auditPayload</c>).</summary>
    Audit = 2,

    /// <summary>Generate and submit the distribution list (<c>generateAndSubmitDistributionList</c>).</summary>
    Distribute = 3,

    /// <summary>Validate the distribution list and give a verdict (<c>distributionListAudit</c>).</summary>
    AuditDistribution = 4,
}
