using Pond.Primitives.Instructions;
using static Pond.Ledger.Tests.Tasks.TaskCalls;

namespace Pond.Ledger.Tests.Tasks;

public sealed class WhitelistTests
{
    [Fact]
    public void Everything_wrong_is_found_in_its_order()
    {
        var ledger = new TestLedger(isFast: true);
        // The task's own manager is not one of the network's.
        var call = new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey);
        var wrong = call.With(2, Stranger);

        Assert.Equal("InvalidInstructionData", ledger.Try(Garbage(5)));
        Assert.Equal("NotEnoughAccountKeys", ledger.Try(wrong with { Accounts = wrong.Accounts[..1] }));
        Assert.Equal("NotATask", ledger.Try(wrong.ReadOnly(0)));
        ledger.CreateTask();
        Assert.Equal("ReadonlyDataModified", ledger.Try(wrong.ReadOnly(0).Unsigned(1)));
        Assert.Equal("MissingRequiredSignature", ledger.Try(wrong.Unsigned(1)));
        Assert.Equal("WrongManagerList", ledger.Try(wrong));
        Assert.Equal("NotAuthorized", ledger.Try(call));
        Assert.StartsWith("{\"is_allowlisted\":false,", Image(ledger), StringComparison.Ordinal);
        Assert.Equal("ok", ledger.Try(call.With(1, TestLedger.Manager.PublicKey)));
        Assert.StartsWith("{\"is_allowlisted\":true,", Image(ledger), StringComparison.Ordinal);
    }

    private static string Image(TestLedger ledger) =>
        System.Text.Encoding.UTF8.GetString(ledger.Bank.GetAccount(TestLedger.Task)!.Data.AsSpan());
}
