namespace Pond.Cli.Bench.Consensus;

/// <summary>Chances of drawing without putting back, exact but for rounding.</summary>
internal sealed class Odds
{
    private readonly double[] _logFactorials;

    /// <summary>For populations up to a size.</summary>
    internal Odds(int largest)
    {
        _logFactorials = new double[largest + 1];
        for (var number = 2; number <= largest; number++)
        {
            _logFactorials[number] = _logFactorials[number - 1] + Math.Log(number);
        }
    }

    /// <summary>The chance that so many of each kind are among those drawn, in a draw of as many as they are together.</summary>
    internal double Of(int first, int ofFirst, int second, int ofSecond, int third = 0, int ofThird = 0) =>
        first < 0 || second < 0 || third < 0 || first > ofFirst || second > ofSecond || third > ofThird
            ? 0
            : Math.Exp(
                Choose(ofFirst, first) + Choose(ofSecond, second) + Choose(ofThird, third)
                - Choose(ofFirst + ofSecond + ofThird, first + second + third));

    private double Choose(int of, int count) => _logFactorials[of] - _logFactorials[count] - _logFactorials[of - count];
}

/// <summary>The other keys of a round beside the one that is judged.</summary>
/// <param name="Dishonest">How many work for the attacker.</param>
/// <param name="Honest">How many are honest and there.</param>
/// <param name="Away">How many are honest and away.</param>
internal readonly record struct Others(int Dishonest, int Honest, int Away)
{
    internal int Count => Dishonest + Honest + Away;

    /// <summary>One third of the keys dishonest, one of which is judged; a tenth of the honest away, rounded up.</summary>
    internal static Others OfLiar(int nodes) => Of(nodes) is var all ? all with { Dishonest = all.Dishonest - 1 } : default;

    /// <summary>The same, with an honest key judged that is there.</summary>
    internal static Others OfHonest(int nodes) => Of(nodes) is var all ? all with { Honest = all.Honest - 1 } : default;

    private static Others Of(int nodes)
    {
        var dishonest = nodes / 3;
        var away = (nodes - dishonest + 9) / 10;
        return new(dishonest, nodes - dishonest - away, away);
    }
}
