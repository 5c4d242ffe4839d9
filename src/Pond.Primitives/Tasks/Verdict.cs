namespace Pond.Primitives.Tasks;

/// <summary>What an auditor says of a submission or of a distribution list.</summary>
/// <remarks>The numbers travel as <c>is_valid</c> in AuditSubmissions and AuditDistribution; frozen.</remarks>
public enum Verdict : byte
{
    /// <summary>The auditor's own recomputation contradicts it. Opens an objection, so it is never a guess.</summary>
    Invalid = 0,

    /// <summary>The auditor checked it and found nothing wrong.</summary>
    Valid = 1,

    /// <summary>The auditor could not fetch or run it, and says nothing about it.</summary>
    Abstain = 2,
}
