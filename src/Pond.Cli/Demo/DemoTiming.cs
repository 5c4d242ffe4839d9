namespace Pond.Cli.Demo;

/// <summary>How long the demo's rounds are: as short as this machine can keep up with.</summary>
/// <param name="RoundTime">In slots.</param>
/// <param name="SubmissionWindow">In slots.</param>
/// <param name="AuditWindow">In slots, as clients of the original network see it.</param>
internal sealed record DemoTiming(ulong RoundTime, ulong SubmissionWindow, ulong AuditWindow)
{
    /// <summary>The least that a round lasts: a task's process starts, transactions land and verdicts come in well within it.</summary>
    private static readonly TimeSpan ShortestRound = TimeSpan.FromSeconds(6);

    /// <summary>How many bytes of documents all nodes together index and audit in a second on two slow cores.</summary>
    private const double BytesPerSecond = 5_000_000;

    /// <summary>A round with fewer slots has no room for the protocol's single-slot steps.</summary>
    private const ulong FewestSlots = 40;

    /// <summary>Chooses the length by the work of one round.</summary>
    /// <param name="slotDuration">How long a slot lasts.</param>
    /// <param name="corpusBytes">The size of all documents.</param>
    /// <param name="copies">By how many nodes each is indexed.</param>
    /// <param name="rounds">Over how many rounds they are spread.</param>
    internal static DemoTiming For(TimeSpan slotDuration, long corpusBytes, int copies, int rounds)
    {
        var work = TimeSpan.FromSeconds(corpusBytes * (double)copies / rounds / BytesPerSecond);
        var length = work > ShortestRound ? work : ShortestRound;
        var slots = Math.Max(FewestSlots, (ulong)Math.Ceiling(length / slotDuration));
        // A third to submit: a node whose work ends late still can. The rest is for audits and votes.
        var submission = slots / 3;
        return new DemoTiming(slots, submission, slots - submission - (slots / 6));
    }
}
