using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Policies;

namespace Pond.Sdk.Tests.Policies;

public sealed class AuditPolicyTests
{
    [Theory]
    [InlineData("right", Verdict.Valid)]
    [InlineData("Right", Verdict.Invalid)]
    public async Task Exact_match_compares_with_ones_own(string claimed, Verdict expected) =>
        Assert.Equal(expected, await AuditPolicy.ExactMatch<string>(StringComparer.Ordinal).JudgeAsync(Claim(claimed, "right"), default));

    [Theory]
    [InlineData(100.0, 101.5, Verdict.Valid)]
    [InlineData(100.0, 102.0, Verdict.Valid)]
    [InlineData(100.0, 97.9, Verdict.Invalid)]
    [InlineData(100.0, double.NaN, Verdict.Invalid)]
    [InlineData(100.0, double.PositiveInfinity, Verdict.Invalid)]
    [InlineData(double.NaN, 100.0, Verdict.Abstain)]
    public async Task Tolerance_is_absolute_plus_relative_to_ones_own(double own, double claimed, Verdict expected) =>
        Assert.Equal(expected, await AuditPolicy.Within(absolute: 1, relative: 0.01).JudgeAsync(Claim(claimed, own), default));

    [Theory]
    [InlineData("a", "a a b", Verdict.Valid)]
    [InlineData("b", "a a a", Verdict.Invalid)]
    [InlineData("b", "a a b b", Verdict.Abstain)]
    [InlineData("a", "a", Verdict.Abstain)]
    [InlineData("a", "a a", Verdict.Valid)]
    public async Task A_quorum_needs_its_share_and_enough_claims(string claimed, string others, Verdict expected)
    {
        var claim = new AuditedClaim<string>(claimed, Never<string>, [.. others.Split(' ')]);

        Assert.Equal(expected, await AuditPolicy.Quorum<string>(2, 3, atLeast: 3).JudgeAsync(claim, default));
    }

    [Fact]
    public void A_quorum_that_two_groups_could_have_is_none() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AuditPolicy.Quorum<string>(1, 2));

    [Theory]
    [InlineData(Verdict.Valid, Verdict.Valid, Verdict.Valid, Verdict.Valid)]
    [InlineData(Verdict.Valid, Verdict.Invalid, Verdict.Invalid, Verdict.Valid)]
    [InlineData(Verdict.Valid, Verdict.Abstain, Verdict.Abstain, Verdict.Valid)]
    [InlineData(Verdict.Invalid, Verdict.Valid, Verdict.Invalid, Verdict.Invalid)]
    [InlineData(Verdict.Abstain, Verdict.Valid, Verdict.Abstain, Verdict.Valid)]
    [InlineData(Verdict.Abstain, Verdict.Invalid, Verdict.Invalid, Verdict.Invalid)]
    [InlineData(Verdict.Abstain, Verdict.Abstain, Verdict.Abstain, Verdict.Abstain)]
    public async Task Policies_combine(Verdict first, Verdict second, Verdict both, Verdict either)
    {
        var (left, right) = (new Says(first), new Says(second));

        Assert.Equal(both, await left.And(right).JudgeAsync(Claim("", ""), default));
        Assert.Equal(either, await left.Else(right).JudgeAsync(Claim("", ""), default));
    }

    [Fact]
    public async Task A_sample_is_valid_only_if_each_part_is()
    {
        var sampled = new SampledRecomputation<int>(AuditSample.Of(4), AuditPolicy.ExactMatch<int>());

        Assert.Equal(Verdict.Valid, await JudgeAsync(sampled, index => new(index)));
        Assert.Equal(Verdict.Invalid, await JudgeAsync(sampled, _ => new(-1)));
        Assert.Equal(Verdict.Invalid, await JudgeAsync(sampled, _ => null));
    }

    [Fact]
    public async Task A_cheat_of_a_tenth_is_found_by_sixteen_auditors_as_often_as_computed()
    {
        // No blind auditors here: each of 16 draws 2 of 50 parts, of which 5 are wrong; all miss with (C(45,2)/C(50,2))^16 = 3.2 %.
        var sampled = new SampledRecomputation<int>(AuditSample.Of(2), AuditPolicy.ExactMatch<int>());
        var missed = 0;
        for (ulong submission = 0; submission < 1_000; submission++)
        {
            var isFound = false;
            for (var auditor = 0; auditor < 16; auditor++)
            {
                isFound |= await sampled.JudgeAsync(
                    50,
                    (index, _) => ValueTask.FromResult<AuditedPart<int>?>(new(index < 5 ? -1 : index)),
                    (index, _) => ValueTask.FromResult(index),
                    DeterministicRandom.ForStream(submission, $"auditor {auditor}"),
                    default) is Verdict.Invalid;
            }

            missed += isFound ? 0 : 1;
        }

        // 32 expected, with a deviation of 5.6.
        Assert.InRange(missed, 10, 60);
    }

    private static Task<Verdict> JudgeAsync(SampledRecomputation<int> sampled, Func<int, AuditedPart<int>?> read) => sampled.JudgeAsync(
        10, (index, _) => ValueTask.FromResult(read(index)), (index, _) => ValueTask.FromResult(index), DeterministicRandom.ForStream(1, "test"), default);

    private static AuditedClaim<T> Claim<T>(T claimed, T own) => new(claimed, _ => ValueTask.FromResult(own));

    private static ValueTask<T> Never<T>(CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is computed here.");

    private sealed class Says(Verdict verdict) : AuditPolicy<string>
    {
        public override ValueTask<Verdict> JudgeAsync(AuditedClaim<string> claim, CancellationToken cancellationToken) => ValueTask.FromResult(verdict);
    }
}
