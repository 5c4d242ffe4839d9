using System.Collections.Immutable;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Policies;

/// <summary>How a claim is judged. Policies are values: they combine, and one instance may judge many claims at one time.</summary>
/// <typeparam name="T">What is claimed: a result, or a part of one.</typeparam>
public abstract class AuditPolicy<T>
{
    /// <summary>Judges a claim.</summary>
    /// <returns>
    /// Invalid only if the claim is proven wrong; Abstain if this policy has no opinion. What the claim's own functions throw is
    /// thrown on, and <see cref="PondTask.AuditAsync"/> makes Abstain of it.
    /// </returns>
    public abstract ValueTask<Verdict> JudgeAsync(AuditedClaim<T> claim, CancellationToken cancellationToken);

    /// <summary>Both have to find it valid: Invalid if one says so, Valid if both do, and else Abstain.</summary>
    public AuditPolicy<T> And(AuditPolicy<T> other) => new Combined(this, other, needsBoth: true);

    /// <summary>The other is asked only where this one has no opinion.</summary>
    public AuditPolicy<T> Else(AuditPolicy<T> other) => new Combined(this, other, needsBoth: false);

    private sealed class Combined(AuditPolicy<T> first, AuditPolicy<T> second, bool needsBoth) : AuditPolicy<T>
    {
        public override async ValueTask<Verdict> JudgeAsync(AuditedClaim<T> claim, CancellationToken cancellationToken)
        {
            var verdict = await first.JudgeAsync(claim, cancellationToken);
            if (verdict is Verdict.Invalid || (!needsBoth && verdict is Verdict.Valid))
            {
                return verdict;
            }

            var other = await second.JudgeAsync(claim, cancellationToken);
            return !needsBoth || other is Verdict.Invalid || (verdict is Verdict.Valid && other is Verdict.Valid) ? other : Verdict.Abstain;
        }
    }
}

/// <summary>A claim under audit.</summary>
/// <param name="Claimed">What is claimed.</param>
/// <param name="ComputeAsync">Computes it anew; called at most once by each policy, and not at all by those that compare claims.</param>
/// <param name="Others">What others claim about the same, the claim itself left out; empty where nobody else does.</param>
public sealed record AuditedClaim<T>(
    T Claimed, Func<CancellationToken, ValueTask<T>> ComputeAsync, ImmutableArray<T> Others)
{
    /// <summary>A claim that nobody else makes.</summary>
    public AuditedClaim(T claimed, Func<CancellationToken, ValueTask<T>> computeAsync)
        : this(claimed, computeAsync, [])
    {
    }
}

/// <summary>The ready-made audit policies.</summary>
public static class AuditPolicy
{
    /// <summary>Valid if what is claimed equals what this node computes: for results that every machine computes alike.</summary>
    /// <param name="comparer">What equal means; null for the type's own equality.</param>
    public static AuditPolicy<T> ExactMatch<T>(IEqualityComparer<T>? comparer = null) => new Match<T>((comparer ?? EqualityComparer<T>.Default).Equals);

    /// <summary>Valid if a number is near enough to what this node computes: |claimed - own| &lt;= absolute + relative x |own|.</summary>
    /// <remarks>A claim that is no finite number is Invalid; if this node's own is none, it has no opinion.</remarks>
    /// <param name="absolute">At least 0.</param>
    /// <param name="relative">At least 0; 0.01 for one percent.</param>
    public static AuditPolicy<double> Within(double absolute, double relative = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(absolute);
        ArgumentOutOfRangeException.ThrowIfNegative(relative);
        return new Tolerance(absolute, relative);
    }

    /// <summary>
    /// Goes by what the others claim, the claim among them: Valid if it is in a group of equal claims with at least the share, Invalid if another
    /// group has it, and else Abstain. For what nobody can compute anew, such as what a page said at noon.
    /// </summary>
    /// <remarks>It proves agreement, not truth: submitters who conspire agree as well.</remarks>
    /// <param name="numerator">More than half of <paramref name="denominator"/>, so that two groups can't both have it.</param>
    /// <param name="denominator">At least 1.</param>
    /// <param name="atLeast">With fewer claims than this there is no opinion; at least 2.</param>
    /// <param name="comparer">What equal means; null for the type's own equality.</param>
    public static AuditPolicy<T> Quorum<T>(int numerator = 2, int denominator = 3, int atLeast = 3, IEqualityComparer<T>? comparer = null)
        where T : notnull
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(denominator, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(2L * numerator, denominator, nameof(numerator));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        ArgumentOutOfRangeException.ThrowIfLessThan(atLeast, 2);
        return new QuorumOf<T>(numerator, denominator, atLeast, comparer ?? EqualityComparer<T>.Default);
    }

    private sealed class Match<T>(Func<T?, T?, bool> areEqual) : AuditPolicy<T>
    {
        public override async ValueTask<Verdict> JudgeAsync(AuditedClaim<T> claim, CancellationToken cancellationToken) =>
            areEqual(claim.Claimed, await claim.ComputeAsync(cancellationToken)) ? Verdict.Valid : Verdict.Invalid;
    }

    private sealed class Tolerance(double absolute, double relative) : AuditPolicy<double>
    {
        public override async ValueTask<Verdict> JudgeAsync(AuditedClaim<double> claim, CancellationToken cancellationToken)
        {
            if (!double.IsFinite(claim.Claimed))
            {
                return Verdict.Invalid;
            }

            var own = await claim.ComputeAsync(cancellationToken);
            return !double.IsFinite(own) ? Verdict.Abstain
                : Math.Abs(claim.Claimed - own) <= absolute + (relative * Math.Abs(own)) ? Verdict.Valid
                : Verdict.Invalid;
        }
    }

    private sealed class QuorumOf<T>(int numerator, int denominator, int atLeast, IEqualityComparer<T> comparer) : AuditPolicy<T>
        where T : notnull
    {
        public override ValueTask<Verdict> JudgeAsync(AuditedClaim<T> claim, CancellationToken cancellationToken)
        {
            var groups = claim.Others.Append(claim.Claimed).GroupBy(value => value, comparer).ToList();
            var count = claim.Others.Length + 1;
            var winner = groups.Find(group => (long)group.Count() * denominator >= (long)count * numerator);
            return ValueTask.FromResult(
                count < atLeast || winner is null ? Verdict.Abstain
                : comparer.Equals(winner.Key, claim.Claimed) ? Verdict.Valid
                : Verdict.Invalid);
        }
    }
}
