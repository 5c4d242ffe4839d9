using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Simulation.Adversaries;

/// <summary>An honest node whose machine is off, from some round on or in every second one.</summary>
public sealed class Absent : Adversary
{
    /// <inheritdoc/>
    public override string Group => "offline";

    /// <inheritdoc/>
    public override bool IsHonestAtHeart => true;

    /// <inheritdoc/>
    public override bool IsPresent(AdversaryView view, Round current)
    {
        ArgumentNullException.ThrowIfNull(view);
        // By its key: half of them are gone for good, the others come and go.
        return view.Me.CompareTo(view.Task.Task) < 0 ? current.Value < 2 : current.Value % 4 < 2;
    }
}

/// <summary>An honest node on a slow machine.</summary>
public sealed class SlowNode : Adversary
{
    /// <inheritdoc/>
    public override string Group => "slow";

    /// <inheritdoc/>
    public override bool IsHonestAtHeart => true;

    /// <inheritdoc/>
    public override int Slowness => 4;
}

/// <summary>An honest node whose clock is wrong, so that it looks at the ledger when others have long acted.</summary>
public sealed class SkewedNode : Adversary
{
    /// <inheritdoc/>
    public override string Group => "skewed";

    /// <inheritdoc/>
    public override bool IsHonestAtHeart => true;

    /// <inheritdoc/>
    public override int ClockSkewSlots => 2;
}

/// <summary>An honest node that ends in the middle of what it does, and comes back.</summary>
public sealed class CrashingNode : Adversary
{
    /// <inheritdoc/>
    public override string Group => "crash";

    /// <inheritdoc/>
    public override bool IsHonestAtHeart => true;

    /// <inheritdoc/>
    public override ulong CrashSlots(AdversaryView view, Round current)
    {
        ArgumentNullException.ThrowIfNull(view);
        // What it has just learnt, it has not acted upon.
        return view.Random.Chance(1, 8) ? 1 + view.Random.NextBelow(4UL) : 0;
    }

    /// <inheritdoc/>
    public override Verdict? Audit(AdversaryView view, Round round, Pubkey candidate, Verdict? honest) => honest;
}
