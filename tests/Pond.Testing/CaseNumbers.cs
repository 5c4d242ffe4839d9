using System.Globalization;

namespace Pond.Testing;

/// <summary>
/// Which cases of a test of many a run plays. Each case has a number that alone decides what happens in it, so a run can be cut into slices and a
/// failure be played again: <c>POND_FROM</c> is the first, <c>POND_COUNT</c> how many. <c>./pond test --long</c> sets both.
/// </summary>
public static class CaseNumbers
{
    /// <summary>The first case: 0 unless <c>POND_FROM</c> says otherwise.</summary>
    public static ulong From { get; } = Read("POND_FROM", 0);

    /// <summary>How many cases there are.</summary>
    /// <param name="otherwise">How many if <c>POND_COUNT</c> says nothing, as in the normal suite.</param>
    public static int Count(int otherwise) => (int)Read("POND_COUNT", (ulong)otherwise);

    private static ulong Read(string variable, ulong otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
