using Pond.Ledger.Consensus;

namespace Pond.Ledger.Tests.Consensus;

public sealed class LegacyLeaderTests
{
    private static readonly (string Key, string ValueJson)[] Entries =
    [
        ("AAAA1111111111111111111111111111", """{"submission_value":"one","slot":100}"""),
        ("BBBB1111111111111111111111111111", """{"submission_value":"two","slot":101}"""),
        ("CCCC1111111111111111111111111111", """{"submission_value":"three","slot":102}"""),
    ];

    [Fact]
    public void The_leader_is_the_one_that_koiis_clients_choose() =>
        Assert.Equal("AAAA1111111111111111111111111111", LegacyLeader.Choose(Entries, _ => true));

    // A differs by 200, C by 78, B by 49.
    [Fact]
    public void A_key_whose_list_failed_gives_way_to_the_next() => Assert.Equal(
        "CCCC1111111111111111111111111111",
        LegacyLeader.Choose(Entries, key => !key.StartsWith('A')));

    [Fact]
    public void Nobody_is_chosen_from_nobody() => Assert.Null(LegacyLeader.Choose([], _ => true));
}
