using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Tokens;
using static Pond.Ledger.Tests.Tasks.TaskCalls;
using static Pond.Testing.ByteText;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>What token tasks do otherwise than KOII tasks; the rest is the same code.</summary>
public sealed class TokenTaskTests
{
    // The pot of the dummy task; computed with @solana/web3.js.
    [Fact]
    public void A_vaults_authority_is_derived_as_koiis_clients_derive_it()
    {
        var (authority, bump) = ProgramAddress.VaultAuthority(ProgramIds.DummyTaskPot);

        Assert.Equal("f1964ce11bb7d525cfc0d5edd8513348d9cb6c067608e005646bc55d6abfe657", Convert.ToHexStringLower(ProgramAddress.VaultSeed(ProgramIds.DummyTaskPot).ToArray()));
        Assert.Equal(("vtoKGDvfYvi4R5ARr7pNKnVbmsdS6TM9qe6BBrDNhw5", (byte)255), (authority.ToString(), bump));
        Assert.Equal("AeHCRTPxCvpAWWvo6Arv21v5PXtXyDmWKAKfHLppyKUU", ProgramAddress.TaskManagers.ToString());
        Assert.Equal("85pwxmwDnxqnQBe9xs7L9ipKeFVMfDSNLjxFeTc65662", ProgramAddress.TokenTaskManagers.ToString());
    }

    // The smallest state that the published deserializer accepts. One byte more or less and it fails.
    [Fact]
    public void The_strict_reader_agrees_with_the_published_one_about_its_sample()
    {
        static string Text(string text) => Convert.ToHexString(BitConverter.GetBytes(text.Length)) + Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text));
        static string Key(byte value) => string.Concat(Enumerable.Repeat(value.ToString("x2", System.Globalization.CultureInfo.InvariantCulture), 32));
        static string Number(ulong value) => Convert.ToHexString(BitConverter.GetBytes(value));
        const string Empty = "00000000";
        var sample = Hex(
            "0101" + Text("name") + Text("desc") + Key(1) + Text("prog") + Key(2) + Key(3) + "fe" + Empty + Empty + Number(100) + Number(7) + Key(4)
            + Number(5) + Number(6) + Empty + Empty + Empty + Number(11) + Number(12) + Number(13) + Number(14) + Text("IPFS") + Empty + Empty + Empty
            + Text("meta") + Text("vars") + "00" + Text("mig") + Number(3));

        var state = TokenTaskState.Parse(sample);
        Assert.Equal((11UL, 12UL, 13UL, 14UL, 3UL), (state.RoundTime, state.StartingSlot, state.AuditWindow, state.SubmissionWindow, state.AllowedFailed));
        Assert.Throws<FormatException>(() => TokenTaskState.Parse(sample.AsSpan(0, sample.Length - 1)));
        Assert.Throws<FormatException>(() => TokenTaskState.Parse([.. sample, (byte)0]));
    }

    [Fact]
    public void The_account_is_borsh_of_exactly_its_length_through_a_whole_round()
    {
        var ledger = TestLedger.WithNodes(4, isFast: true, kind: TaskKind.Token);
        ledger.SubmitAll(new(1));
        ledger.GoToAudit(new(1));
        ledger.AuditAll(new(1), (_, candidate) => candidate == ledger.Nodes[0].PublicKey ? Verdict.Invalid : Verdict.Valid);

        var state = TokenTaskState.Parse(ledger.Bank.GetAccount(TestLedger.Task)!.Data.AsSpan());
        Assert.Equal((false, true, "index"), (state.IsAllowlisted, state.IsActive, state.Name));
        Assert.Equal((TestLedger.RoundTime, TestLedger.AuditWindow, TestLedger.SubmissionWindow), (state.RoundTime, state.AuditWindow, state.SubmissionWindow));
        Assert.Equal(4, state.Stakes.Length);
    }

    [Fact]
    public void The_vault_holds_what_the_books_say_and_only_the_program_moves_it()
    {
        var ledger = TestLedger.WithNodes(2, isFast: true, kind: TaskKind.Token);
        Assert.True(TokenAccount.TryParse(ledger.Bank.GetAccount(ledger.TaskPot)!.Data.AsSpan(), out var vault));

        Assert.Equal(ProgramAddress.VaultAuthority(ledger.TaskPot).Address, vault.Owner);
        Assert.Equal(TestLedger.Bounty.Value + (2 * TestLedger.MinimumStake.Value), vault.Amount);
        Assert.NotEqual("ok", ledger.Try(new TokenInstruction.Transfer(1).ToInstruction(ledger.TaskPot, TestLedger.TokensOf(ledger.Nodes[0].PublicKey), ledger.Nodes[0].PublicKey)), StringComparer.Ordinal);
        Assert.NotEqual("ok", ledger.Try(new TokenInstruction.CloseAccount().ToInstruction(ledger.TaskPot, Stranger, TestLedger.VaultKey.PublicKey)), StringComparer.Ordinal);
    }

    [Fact]
    public void Claims_need_the_right_authority_and_go_to_no_vault()
    {
        var ledger = TestLedger.WithNodes(1, isFast: true, kind: TaskKind.Token);
        var node = ledger.Nodes[0];
        Assert.Equal("ok", Outcome(ledger.Withdraw(node)));
        var call = ledger.ClaimCall(TestLedger.Task, ledger.TaskPot, node.PublicKey, TestLedger.Creator.PublicKey);

        Assert.Equal("WrongTokenAccount", ledger.Try(call.With(4, Stranger)));
        Assert.Equal("ReadonlyLamportChange", ledger.Try(call.With(3, ledger.TaskPot)));
        Assert.NotEqual("ok", ledger.Try(call.With(3, Stranger)), StringComparer.Ordinal);
        Assert.Equal("WrongStakePot", ledger.Try(call.With(2, TestLedger.TokensOf(node.PublicKey))));
        Assert.Equal("ok", ledger.Try(call));
        Assert.Equal("NothingToClaim", ledger.Try(call));
        ledger.Bank.VerifyConservation();
    }

    [Fact]
    public void A_task_belongs_to_one_program()
    {
        var tokens = TestLedger.WithNodes(1, isFast: true, kind: TaskKind.Token);
        Assert.Equal("NotATask", tokens.Try(new TaskInstruction.Withdraw().ToInstruction(TestLedger.Task, tokens.Nodes[0].PublicKey)));
        var koii = TestLedger.WithNodes(1, isFast: true);
        Assert.Equal("NotATask", koii.Try(TokenTaskCalls.Claim(TestLedger.Task, koii.Nodes[0].PublicKey, TestLedger.Pot, Stranger)));
    }

    [Fact]
    public void Only_managers_list_a_token_task_with_its_own_order_of_accounts()
    {
        var ledger = TestLedger.WithNodes(0, isFast: true, kind: TaskKind.Token);
        Assert.Equal("NotAuthorized", ledger.Try(TokenTaskCalls.Allow(isAllowlisted: true, TestLedger.Task, TestLedger.Creator.PublicKey)));
        Assert.Equal("ok", ledger.Try(TokenTaskCalls.Allow(isAllowlisted: true, TestLedger.Task, TestLedger.Manager.PublicKey)));
        // The two bytes that discovery looks for.
        Assert.Equal([1, 1], ledger.Bank.GetAccount(TestLedger.Task)!.Data.AsSpan()[..2].ToArray());
    }
}
