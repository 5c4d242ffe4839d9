using System.Globalization;
using Pond.Primitives;

namespace Pond.Store.Retention;

/// <summary>How long the proofs of a task's rounds are kept: until some rounds after the one that paid for them.</summary>
/// <remarks>Proofs must be there while anybody may audit them or the list that pays them; those rounds more are for whoever comes late.</remarks>
/// <param name="RoundsPastPayout">For how many whole rounds after its payout a proof is kept. Default 3.</param>
public sealed record RoundRetention(ulong RoundsPastPayout = 3)
{
    /// <summary>How many rounds after the work its payout comes: work of round N is submitted in N + 1 and paid in N + 2.</summary>
    public const ulong PayoutAfterRounds = 2;

    private const string TaskPrefix = "task/";
    private const string RoundInfix = "/round/";

    /// <summary>The first round in which the proofs of a round's work may go.</summary>
    public Round ReleasedFrom(Round worked) => worked + checked(PayoutAfterRounds + RoundsPastPayout + 1);

    /// <summary>Whether the proofs of <paramref name="worked"/> may go when the task is in <paramref name="current"/>.</summary>
    public bool IsOver(Round worked, Round current) => current >= ReleasedFrom(worked);

    /// <summary>What a pin of a round's proofs is called.</summary>
    /// <param name="task">The task's id.</param>
    /// <param name="worked">The round that the proofs are of.</param>
    public static string PinName(string task, Round worked) => $"{TaskPrefix}{task}{RoundInfix}{worked}";

    /// <summary>Reads what <see cref="PinName"/> wrote; false for every other name, whose pins no round ends.</summary>
    public static bool TryReadPinName(string name, out string task, out Round worked)
    {
        task = "";
        worked = default;
        var infix = name.LastIndexOf(RoundInfix, StringComparison.Ordinal);
        if (!name.StartsWith(TaskPrefix, StringComparison.Ordinal)
            || infix < TaskPrefix.Length
            || !ulong.TryParse(name.AsSpan(infix + RoundInfix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        task = name[TaskPrefix.Length..infix];
        worked = new(number);
        return true;
    }
}
