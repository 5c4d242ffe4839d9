using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Policies;

/// <summary>Recomputes a few parts of a submission, drawn after it was submitted, and judges each by a policy.</summary>
/// <param name="sample">How many parts.</param>
/// <param name="policy">How one part is judged.</param>
public sealed class SampledRecomputation<T>(AuditSample sample, AuditPolicy<T> policy)
{
    /// <summary>Judges a submission by its parts.</summary>
    /// <param name="count">How many parts the submission must have: a fact of the task, never a number that the submission claims.</param>
    /// <param name="readAsync">Reads a part of the submission; null if it is proven not to have it, which is Invalid.</param>
    /// <param name="computeAsync">Computes a part anew.</param>
    /// <param name="random">See <see cref="RoundContext.GetAuditRandomAsync"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Invalid if one part is, Valid if all are, and else Abstain. Nothing to check is Valid.</returns>
    public async Task<Verdict> JudgeAsync(
        int count,
        Func<int, CancellationToken, ValueTask<AuditedPart<T>?>> readAsync,
        Func<int, CancellationToken, ValueTask<T>> computeAsync,
        DeterministicRandom random,
        CancellationToken cancellationToken)
    {
        var verdict = Verdict.Valid;
        foreach (var index in sample.Draw(count, random))
        {
            if (await readAsync(index, cancellationToken) is not { } part)
            {
                return Verdict.Invalid;
            }

            switch (await policy.JudgeAsync(new(part.Value, token => computeAsync(index, token)), cancellationToken))
            {
                case Verdict.Invalid:
                    return Verdict.Invalid;
                case Verdict.Abstain:
                    verdict = Verdict.Abstain;
                    break;
                default:
                    break;
            }
        }

        return verdict;
    }
}

/// <summary>A part of a submission, as it was read.</summary>
/// <param name="Value">What it says.</param>
public sealed record AuditedPart<T>(T Value);
