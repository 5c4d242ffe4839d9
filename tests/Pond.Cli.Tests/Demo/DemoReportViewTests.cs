using Pond.Cli.Demo;
using Pond.Cli.Search;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Tests.Demo;

public sealed class DemoReportViewTests
{
    [Fact]
    public void The_report_shows_who_earned_and_lost_what_and_why()
    {
        using var console = new WrittenConsole();

        DemoReportView.Write(console.Console, Report(isConserved: true));

        Assert.Equal(
            """

            ╭───────┬────────┬─────────────┬──────────┬─────────┬────────────┬─────────╮
            │ round │ shards │ submissions │ accepted │ slashed │ payout     │    paid │
            ├───────┼────────┼─────────────┼──────────┼─────────┼────────────┼─────────┤
            │     1 │      4 │           3 │        2 │       1 │ successful │ 10 KOII │
            ╰───────┴────────┴─────────────┴──────────┴─────────┴────────────┴─────────╯
            ╭────────┬──────────┬────────────┬──────────────┬─────────┬────────────┬──────────┬─────────────────────╮
            │ node   │ for work │ for audits │ from slashes │ slashed │ stake left │     fees │ why                 │
            ├────────┼──────────┼────────────┼──────────────┼─────────┼────────────┼──────────┼─────────────────────┤
            │ node 1 │      9.5 │        0.5 │         0.35 │       - │          5 │ 0.000005 │ accepted in round 1 │
            │ node 2 │        - │          - │            - │    -3.5 │        1.5 │        - │ slashed in round 1  │
            ╰────────┴──────────┴────────────┴──────────────┴─────────┴────────────┴──────────┴─────────────────────╯
            all tokens before 100 KOII = after 99.999995 KOII + fees burnt 0.000005 KOII

            ✓ every round was paid: 1 of 1
            audits        3 nodes check each submission; each recomputes 8 of at most 9 documents, and misses a lie about 5 % of them with 1E-07

            merged index  bafyindex

            search cancel
              M:A.Cancel  a.xml  12.50
                  Cancels [it].

            Done in 1.5 s. Search it yourself: ./pond search bafyindex "cancel after timeout"

            """.ReplaceLineEndings("\n"),
            string.Join('\n', console.Text.Split('\n').Select(line => line.TrimEnd())));
    }

    [Fact]
    public void Lost_tokens_and_failed_checks_are_seen()
    {
        using var console = new WrittenConsole();

        DemoReportView.Write(console.Console, Report(isConserved: false));

        Assert.Contains("≠", console.Text, StringComparison.Ordinal);
        Assert.Contains("✗ every round was paid", console.Text, StringComparison.Ordinal);
    }

    private static DemoReport Report(bool isConserved) => new()
    {
        Task = default,
        Corpus = new("/docs", "bafycorpus", 3, 0, 9, 4, 1_000),
        Audit = new(3, 8, 9, 1e-7),
        Rounds = [new(new Round(1), 4, 3, 2, 1, PayoutRecord.PayoutSuccessful, Lamports.FromKoii(10))],
        Nodes =
        [
            new("node 1", default, false, new(9_500_000_000), new(500_000_000), new(350_000_000), default, new(10_350_000_000), Lamports.FromKoii(5), new(5_000), "accepted in round 1"),
            new("node 2", default, true, default, default, default, new(3_500_000_000), default, new(1_500_000_000), default, "slashed in round 1"),
        ],
        Conservation = new(Lamports.FromKoii(100), new(isConserved ? 99_999_995_000UL : 1UL), new(5_000)),
        Index = "bafyindex",
        Checks = [new("every round was paid", isConserved, "1 of 1")],
        Searches = [new("cancel", [new FoundDocument("M:A.Cancel", "a.xml", 12.5, "Cancels [it].")])],
        Seconds = 1.5,
    };
}
