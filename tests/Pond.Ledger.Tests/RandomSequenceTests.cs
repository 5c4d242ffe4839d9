using System.Globalization;
using Pond.Primitives;

namespace Pond.Ledger.Tests;

/// <summary>
/// Random lives of a task: sensible and senseless instructions at random slots, mostly near the windows' edges. After every one of
/// them the books must balance. A failure names its seed, from which <c>./pond test --long tasks --from SEED --sequences 1</c> plays it again.
/// </summary>
public abstract class RandomSequenceTests(int half)
{
    private static readonly ulong From = Setting("POND_FROM", 0);
    private static readonly ulong Sequences = Setting("POND_COUNT", 2_000);

    [Fact]
    public void No_sequence_of_instructions_creates_loses_or_traps_a_lamport()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var played = 0;
        for (var seed = From + (ulong)half; seed < From + Sequences; seed += 2)
        {
            try
            {
                _ = new RandomLife(seed, seen, checksBooks: true).Play();
                played++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"The sequence with seed {seed} failed: {exception.Message}", exception);
            }
        }

        // The sequences must have gone through what they are meant to try.
        foreach (var kind in new[]
        {
            "submit", "verdict", "object", "upload", "list", "list-verdict", "payout", "payout-failed", "slash", "stake", "withdraw", "claim", "fund",
            "migrate", "delete",
        })
        {
            // A life or two from a seed need not.
            Assert.True(played < 500 || seen.GetValueOrDefault(kind) >= played / 50, $"'{kind}' happened {seen.GetValueOrDefault(kind)} times in {played} sequences.");
        }
    }

    [Fact]
    public void The_same_inputs_give_the_same_blocks()
    {
        var unused = new Dictionary<string, int>(StringComparer.Ordinal);
        List<Hash> Play(ulong seed) => new RandomLife(seed, unused, checksBooks: false).Play();
        for (var seed = (ulong)half; seed < 20; seed += 2)
        {
            Assert.Equal(Play(seed), Play(seed));
        }

        Assert.NotEqual(Play(0), Play(1));
    }

    private static ulong Setting(string name, ulong otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>The seeds with even numbers; the other half runs beside them on another core.</summary>
public sealed class EvenRandomSequenceTests() : RandomSequenceTests(0);

/// <summary>The seeds with odd numbers.</summary>
public sealed class OddRandomSequenceTests() : RandomSequenceTests(1);
