using Xunit.Abstractions;

namespace Pond.Server.Tests.Tasks.Escape;

/// <summary>What a stranger's program tries in its box. Each attack is tried by a hostile task, in C# and in JavaScript; none may succeed.</summary>
/// <remarks>As root each task has a user of its own; <c>./pond test --long escape</c> runs these as an ordinary user besides.</remarks>
public sealed class EscapeTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Attacks
    {
        get
        {
            var attacks = new TheoryData<string, string>();
            foreach (var language in (string[])[EscapeRun.DotnetTask, EscapeRun.JavaScriptTask])
            {
                foreach (var name in EscapeRun.NamesOf(language))
                {
                    attacks.Add(language, name);
                }
            }

            return attacks;
        }
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task No_attack_succeeds(string language, string attack)
    {
        if (await EscapeRun.OfAsync(language) is not { Outcomes: { } outcomes } run)
        {
            return;
        }

        Assert.True(outcomes.TryGetValue(attack, out var outcome), $"It was not tried. The log:\n{run.Log}");
        Assert.StartsWith("failed: ", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EscapeRun.DotnetTask)]
    [InlineData(EscapeRun.JavaScriptTask)]
    public async Task Attacks_are_logged_and_change_nothing(string language)
    {
        if (await EscapeRun.OfAsync(language) is not { Outcomes: not null } run)
        {
            return;
        }

        output.WriteLine(run.Log);
        Assert.True(run.Untouched);
        Assert.Contains("notice: warn: refused: ", run.Log, StringComparison.Ordinal);
        Assert.Contains("attacks over", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_at_least_sixty_attacks() => Assert.True(Attacks.Count >= 60, $"{Attacks.Count} attacks");
}
