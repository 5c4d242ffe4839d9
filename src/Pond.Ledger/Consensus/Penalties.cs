namespace Pond.Ledger.Consensus;

/// <summary>How the money of the convicted is divided. No division loses a lamport: what is left over has an owner.</summary>
public static class Penalties
{
    /// <summary>At most so much of a slash goes to the first objector.</summary>
    public const int ObjectorPercent = 10;

    /// <summary>At most so much of a slash goes to the seats that said Invalid.</summary>
    public const int SeatsPercent = 20;

    /// <summary>The most that a committee task's submitter can lose, in percent.</summary>
    public const int CommitteeSlashPercent = 5;

    /// <summary>A bond is this fraction of the minimum stake.</summary>
    public const ulong BondsPerMinimumStake = 20;

    /// <summary>What an objector puts at risk: a twentieth of the minimum stake, at least one lamport.</summary>
    public static Lamports BondFor(Lamports minimumStake) =>
        new(Math.Max(1, minimumStake.Value / BondsPerMinimumStake));

    /// <summary>Divides a slash.</summary>
    /// <param name="loss">What the convicted submitter loses.</param>
    /// <param name="invalidSeats">How many seats said Invalid.</param>
    /// <returns>What the objector gets, what each of those seats gets, and what is burnt: the rest.</returns>
    public static (Lamports Objector, Lamports EachSeat, Lamports Burnt) DivideSlash(Lamports loss, int invalidSeats)
    {
        var objector = loss.Share(ObjectorPercent, 100);
        var each = invalidSeats == 0 ? Lamports.Zero : loss.Share(SeatsPercent, 100).SplitEqually(invalidSeats).Part;
        return (objector, each, loss - objector - (each * (ulong)invalidSeats));
    }

    /// <summary>Divides an overruled objector's bond.</summary>
    /// <param name="bond">The bond.</param>
    /// <param name="validSeats">How many seats said Valid; at least 1.</param>
    /// <returns>What each of those seats gets of one half, and what the accused gets: the rest.</returns>
    public static (Lamports Accused, Lamports EachSeat) DivideBond(Lamports bond, int validSeats)
    {
        var each = bond.Share(1, 2).SplitEqually(validSeats).Part;
        return (bond - (each * (ulong)validSeats), each);
    }
}
