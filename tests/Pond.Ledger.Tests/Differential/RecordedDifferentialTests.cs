using Pond.Differential;

namespace Pond.Ledger.Tests.Differential;

/// <summary>What LiteSVM said about the first two worlds. <c>./pond test --long differential --transactions 500 --record FILE</c> asks it again.</summary>
public sealed class RecordedDifferentialTests
{
    [Fact]
    public void Random_transactions_end_as_LiteSVM_recorded_it()
    {
        var recorded = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "differential-vectors.txt"));
        Assert.Equal(2 * World.TransactionsPerWorld, recorded.Length);

        for (var line = 0; line < recorded.Length; line++)
        {
            var (seed, index) = Math.DivRem(line, World.TransactionsPerWorld);
            if (index == 0)
            {
                _world = new((ulong)seed);
            }

            if (index % World.TransactionsPerBlock == 0)
            {
                _world!.Seal();
            }

            var outcome = Masks.OfOurs(_world!.Next().Outcome);
            Assert.True(
                recorded[line] == $"{outcome.Fingerprint()} {outcome.Error ?? "success"}",
                $"World {seed}, transaction {index}: LiteSVM said '{recorded[line]}', we say '{outcome.Error ?? "success"}'.\n{string.Join('\n', outcome.Logs)}");
        }

        _world!.Bank.VerifyConservation();
    }

    private World? _world;
}
