using System.Text;
using System.Text.Json;
using Pond.Primitives.Encoding;
using Pond.Primitives.Instructions;

namespace Pond.Ledger.Tests.Tasks;

public sealed class TaskImageTests
{
    private static readonly string[] Keys =
    [
        "is_allowlisted", "is_active", "task_name", "task_description", "task_manager", "task_audit_program", "stake_pot_account",
        "submissions", "submissions_audit_trigger", "total_bounty_amount", "bounty_amount_per_round", "total_stake_amount",
        "minimum_stake_amount", "available_balances", "stake_list", "ip_address_list", "round_time", "starting_slot", "audit_window",
        "submission_window", "task_executable_network", "distribution_rewards_submission", "distributions_audit_trigger",
        "distributions_audit_record", "task_metadata", "task_vars", "koii_vars", "is_migrated", "migrated_to", "allowed_failed_distributions",
    ];

    [Fact]
    public void A_new_task_is_the_text_that_koiis_clients_read()
    {
        var ledger = new TestLedger();
        ledger.CreateTask(isActive: false);

        var creator = string.Join(',', TestLedger.Creator.PublicKey.ToArray());
        var pot = string.Join(',', TestLedger.Pot.ToArray());
        Assert.Equal(
            $$"""
            {"is_allowlisted":false,"is_active":false,"task_name":"index","task_description":"Indexes documents","task_manager":[{{creator}}],"task_audit_program":"bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi","stake_pot_account":[{{pot}}],"submissions":{},"submissions_audit_trigger":{},"total_bounty_amount":100000000000,"bounty_amount_per_round":10000000000,"total_stake_amount":0,"minimum_stake_amount":5000000000,"available_balances":{},"stake_list":{},"ip_address_list":{},"round_time":40,"starting_slot":1,"audit_window":10,"submission_window":8,"task_executable_network":"IPFS","distribution_rewards_submission":{},"distributions_audit_trigger":{},"distributions_audit_record":{},"task_metadata":"bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy","task_vars":"class=A;fallback=equal","koii_vars":"","is_migrated":false,"migrated_to":"","allowed_failed_distributions":2}
            """,
            Text(ledger));
    }

    [Fact]
    public void A_lived_in_task_keeps_the_order_of_its_keys_and_sorts_its_maps_by_text()
    {
        var ledger = RoundScenarioTests.AuditedRound(6);
        using var image = JsonDocument.Parse(Text(ledger));

        AssertSame(Keys, image.RootElement.EnumerateObject().Select(property => property.Name));
        foreach (var map in new[] { image.RootElement.GetProperty("stake_list"), image.RootElement.GetProperty("submissions").GetProperty("1") })
        {
            var keys = map.EnumerateObject().Select(property => property.Name).ToArray();
            Assert.Equal(6, keys.Length);
            AssertSame(keys.Order(StringComparer.Ordinal), keys);
        }

        Assert.True(Text(ledger).Length > 500, "The desktop node takes shorter accounts for something else.");
    }

    [Fact]
    public void Maps_that_are_not_asked_for_are_empty()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        using var none = JsonDocument.Parse(Utf8(ledger.Bank.GetTaskImage(TestLedger.Task, TaskImageParts.None)));
        using var stakes = JsonDocument.Parse(Utf8(ledger.Bank.GetTaskImage(TestLedger.Task, TaskImageParts.Stakes)));

        AssertSame(Keys, none.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Empty(none.RootElement.GetProperty("submissions").EnumerateObject());
        Assert.Empty(none.RootElement.GetProperty("stake_list").EnumerateObject());
        Assert.Equal(3, stakes.RootElement.GetProperty("stake_list").EnumerateObject().Count());
        Assert.Empty(stakes.RootElement.GetProperty("submissions").EnumerateObject());
    }

    [Fact]
    public void A_rounds_submissions_are_read_alone()
    {
        var ledger = TestLedger.WithNodes(1);
        ledger.SubmitAll(new(1));
        var (node, slot) = (ledger.Nodes[0].PublicKey, ledger.Bank.Slot);

        Assert.Equal(
            "{\"submissions\":{\"1\":{\"" + node + "\":{\"submission_value\":\"cid-of-" + node + "\",\"slot\":" + slot + "}}},\"submissions_audit_trigger\":{}}",
            Utf8(ledger.Bank.GetSubmissionImage(TestLedger.Task, new(1))));
        Assert.Null(ledger.Bank.GetSubmissionImage(TestLedger.Task, new(2)));
        Assert.Null(ledger.Bank.GetDistributionImage(TestLedger.Task, new(1)));
        Assert.Null(ledger.Bank.GetSubmissionImage(TestLedger.Pot, new(1)));
    }

    [Fact]
    public void A_list_and_its_record_are_shown()
    {
        var ledger = RoundScenarioTests.AuditedRound(3);
        ledger.GoTo(ledger.Windows.ListsFrom(new(1), 0) + 1);
        var leader = ledger.Round(new(1)).Leaders[0];
        Assert.True(ledger.SubmitList(ledger.NodeOf(leader), new(1), ledger.HonestList(new(1))).IsSuccess);

        Assert.Equal(
            "{\"distribution_rewards_submission\":{\"1\":{\"" + leader + "\":{\"submission_value\":[" + string.Join(',', leader.ToArray()) + "],\"slot\":"
                + ledger.Bank.Slot + "}}},\"distributions_audit_trigger\":{},\"distributions_audit_record\":{\"1\":\"Uninitialized\"}}",
            Utf8(ledger.Bank.GetDistributionImage(TestLedger.Task, new(1))));
        Assert.Equal(ledger.HonestList(new(1)), ledger.Bank.GetDistributionList(TestLedger.Task, new(1), leader));
    }

    [Fact]
    public void Discovery_finds_listed_tasks_by_their_first_bytes()
    {
        var ledger = new TestLedger();
        ledger.CreateTask();
        ledger.MustSend([new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(TestLedger.Task, TestLedger.Manager.PublicKey)], TestLedger.Manager);

        Assert.StartsWith("{\"is_allowlisted\":true", Text(ledger), StringComparison.Ordinal);
        Assert.Equal("aRN1MbEZhbr2W97MTP3RhQjjqHgoZN", Base58.Encode(Encoding.UTF8.GetBytes(Text(ledger)[..22])));
        var listed = ledger.Bank.GetProgramAccounts(ProgramIds.Task)
            .Where(pair => Encoding.UTF8.GetString(pair.Account.Data.AsSpan()).StartsWith("{\"is_allowlisted\":true", StringComparison.Ordinal));
        Assert.Equal(TestLedger.Task, Assert.Single(listed).Key);
    }

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual) =>
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));

    private static string Text(TestLedger ledger) => Utf8(ledger.Bank.GetAccount(TestLedger.Task)!.Data);

    private static string Utf8(System.Collections.Immutable.ImmutableArray<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.AsSpan());
}
