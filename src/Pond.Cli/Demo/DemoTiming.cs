namespace Pond.Cli.Demo;

/// <summary>How long the demo's rounds are: as short as this machine can keep up with.</summary>
/// <param name="RoundTime">In slots.</param>
/// <param name="SubmissionWindow">In slots.</param>
/// <param name="AuditWindow">In slots, as clients of the original network see it.</param>
internal sealed record DemoTiming(ulong RoundTime, ulong SubmissionWindow, ulong AuditWindow)
{
    /// <summary>The least that a round lasts: a task's process starts, transactions land and verdicts come in well within it.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How much longer a round is than one process's indexing of its documents takes: each is indexed twice, fetched, hashed and audited
    /// by all, on processors that the nodes share; and nobody's verdict must come late.
    /// </summary>
    private const double Margin = 5;

    /// <summary>A round with fewer slots has no room for the protocol's single-slot steps.</summary>
    private const ulong FewestSlots = 40;

    /// <summary>Chooses the length.</summary>
    /// <param name="slotDuration">How long a slot lasts.</param>
    /// <param name="indexing">How long one process on this machine takes to index one round's documents.</param>
    internal static DemoTiming For(TimeSpan slotDuration, TimeSpan indexing)
    {
        var work = indexing * Margin;
        var length = work > ShortestRound ? work : ShortestRound;
        var slots = Math.Max(FewestSlots, (ulong)Math.Ceiling(length / slotDuration));
        // A quarter to submit, for a node whose work ends late. The rest is for audits and votes, and an objection must come
        // in the first half of that.
        var submission = slots / 4;
        return new DemoTiming(slots, submission, slots - submission - (slots / 8));
    }
}
