namespace DocumentIndex;

/// <summary>How many documents an auditor recomputes so that a liar hardly ever gets away.</summary>
/// <remarks>
/// A liar who altered <c>a</c> of <c>m</c> documents is missed by <c>s</c> of them, drawn without replacement, with the
/// hypergeometric probability <c>C(m - a, s) / C(m, s)</c>, the product of <c>(m - a - i) / (m - i)</c> for i from 0 to s - 1.
/// The draw depends on a beacon that comes after the submission, so the liar can't choose which documents to alter.
/// </remarks>
public static class SampleSize
{
    /// <summary>The share of altered documents that an audit is made for.</summary>
    public const decimal AlteredShare = 0.05m;

    /// <summary>One auditor misses such a liar less often than this.</summary>
    public const double MissBelow = 1e-6;

    /// <summary>The smallest sample that will do; all documents where they are few.</summary>
    /// <param name="documents">How many there are; 0 gives 0.</param>
    /// <param name="alteredShare">The share that a liar altered, rounded up to a whole document; above 0, at most 1.</param>
    /// <param name="missBelow">The probability that is no longer acceptable; above 0.</param>
    public static int For(int documents, decimal alteredShare = AlteredShare, double missBelow = MissBelow)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(missBelow);
        var altered = Altered(documents, alteredShare);
        var (sample, logMiss) = (0, 0.0);
        while (sample < documents && logMiss >= Math.Log(missBelow))
        {
            logMiss += LogMissedByDraw(documents, altered, sample++);
        }

        return sample;
    }

    /// <summary>With what probability an auditor who draws that many documents meets none of the altered ones.</summary>
    /// <param name="documents">How many there are.</param>
    /// <param name="sample">How many the auditor draws; at most <paramref name="documents"/>.</param>
    /// <param name="alteredShare">The share that a liar altered, as for <see cref="For"/>.</param>
    public static double MissProbability(int documents, int sample, decimal alteredShare = AlteredShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sample, documents);
        var altered = Altered(documents, alteredShare);
        return Math.Exp(Enumerable.Range(0, sample).Sum(draw => LogMissedByDraw(documents, altered, draw)));
    }

    /// <summary>How many documents that share is: rounded up, at least one.</summary>
    public static int Altered(int documents, decimal alteredShare = AlteredShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(documents);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alteredShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alteredShare, 1);
        return Math.Max(1, (int)decimal.Ceiling(alteredShare * documents));
    }

    /// <summary>The logarithm, so that the product of hundreds of draws stays exact; minus infinity where none can miss.</summary>
    private static double LogMissedByDraw(int documents, int altered, int drawnBefore)
    {
        var intact = documents - altered - drawnBefore;
        return intact <= 0 ? double.NegativeInfinity : Math.Log(intact) - Math.Log(documents - drawnBefore);
    }
}
