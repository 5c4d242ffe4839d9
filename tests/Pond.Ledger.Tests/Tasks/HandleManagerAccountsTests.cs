using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class HandleManagerAccountsTests
{
    private static readonly Pubkey First = TestLedger.Manager.PublicKey;
    private static readonly Pubkey Second = TestLedger.Key("second manager").PublicKey;

    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        var insert = Insert(Stranger, Second, Second);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(16)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(insert with { Accounts = insert.Accounts[..3] }));
        Assert.Equal("WrongManagerList", ledger.Try(insert.With(0, AccountMeta.ReadOnly(TestLedger.Task))));
        Assert.Equal("ReadonlyDataModified", ledger.Try(insert.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(insert.Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(insert.With(2, TestLedger.Key("third").PublicKey).Unsigned(2)));
        Assert.Equal("NotAuthorized", ledger.Try(insert));
        Assert.Equal("NotAuthorized", ledger.Try(Insert(First, Stranger, Second)));
        Assert.Equal("ok", ledger.Try(Insert(First, First, Second)));
        Assert.Equal("NotAuthorized", ledger.Try(Insert(First, First, Stranger)));
        Assert.Equal("ok", ledger.Try(Insert(First, Second, Second)));
        Assert.Equal([First, Second], Managers(ledger));
    }

    [Fact]
    public void The_list_never_gets_shorter_than_two_or_longer_than_sixteen()
    {
        var ledger = new TestLedger(isFast: true);
        Assert.Equal("ok", ledger.Try(Insert(First, First, Second)));
        Assert.Equal("ManagerLimit", ledger.Try(Remove(First, Second, First)));
        Assert.Equal("ok", ledger.Try(Remove(First, Second, Stranger)));
        for (var index = 2; index < 16; index++)
        {
            Assert.Equal("ok", ledger.Try(Insert(Second, First, TestLedger.Key($"manager {index}").PublicKey)));
        }

        Assert.Equal("ManagerLimit", ledger.Try(Insert(Second, First, Stranger)));
        Assert.Equal("ok", ledger.Try(Remove(Second, First, First)));
        Assert.Equal(15, Managers(ledger).Length);
        Assert.Equal("NotAuthorized", ledger.Try(Insert(First, Second, Stranger)));
    }

    [Fact]
    public void The_list_exists_from_the_genesis_so_nobody_makes_it()
    {
        var ledger = new TestLedger(isFast: true);
        var init = new TaskInstruction.HandleManagerAccounts(ManagerOperation.Init);

        Assert.Equal([First], Managers(ledger));
        Assert.Equal("NotAuthorized", ledger.Try(init.ToInstruction(Stranger)));
        Assert.Equal("AlreadyInitialized", ledger.Try(init.ToInstruction(First)));
    }

    [Fact]
    public void A_manager_has_its_rights_from_the_moment_it_is_added_until_it_is_removed()
    {
        var ledger = new TestLedger(isFast: true);
        ledger.CreateTask();
        var list = new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(TestLedger.Task, Second);
        Assert.Equal("NotAuthorized", ledger.Try(list));
        Assert.Equal("ok", ledger.Try(Insert(First, First, Second)));
        Assert.Equal("ok", ledger.Try(list));
        Assert.Equal("ok", ledger.Try(Insert(First, Second, Stranger)));
        Assert.Equal("ok", ledger.Try(Remove(First, Stranger, Second)));
        Assert.Equal("NotAuthorized", ledger.Try(list));
    }

    [Fact]
    public void Too_many_managers_or_one_named_twice_make_no_genesis()
    {
        Assert.Throws<ArgumentException>(() => new Bank(TestLedger.NewGenesis() with { TaskManagers = [First, First] }));
        Assert.Throws<ArgumentException>(() => new Bank(TestLedger.NewGenesis() with
        {
            TaskManagers = [.. Enumerable.Range(0, 17).Select(index => TestLedger.Key($"manager {index}").PublicKey)],
        }));
    }

    private static Instruction Insert(Pubkey signer, Pubkey other, Pubkey target) =>
        new TaskInstruction.HandleManagerAccounts(ManagerOperation.Insert).ToInstruction(signer, other, target);

    private static Instruction Remove(Pubkey signer, Pubkey other, Pubkey target) =>
        new TaskInstruction.HandleManagerAccounts(ManagerOperation.Remove).ToInstruction(signer, other, target);

    // Borsh: the count as u32, then the keys.
    private static Pubkey[] Managers(TestLedger ledger)
    {
        var data = ledger.Bank.GetAccount(ProgramAddress.TaskManagers)!.Data.ToArray();
        Assert.Equal(4 + (32 * BitConverter.ToInt32(data)), data.Length);
        return [.. data[4..].Chunk(32).Select(bytes => new Pubkey(bytes))];
    }
}
