using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Tasks;

/// <summary>Spoils calls, and says in a word what came of them.</summary>
internal static class TaskCalls
{
    internal static readonly Pubkey Stranger = TestLedger.Key("stranger").PublicKey;

    /// <summary><c>ok</c>, the task program's own code, or the kind of error.</summary>
    internal static string Outcome(TransactionResult result)
    {
        Assert.True(result.IsLanded, result.Error?.Message);
        return result.Error?.Instruction switch
        {
            null => result.Error is null ? "ok" : result.Error.Message,
            { Kind: InstructionErrorKind.Custom, Custom: var code } => ((TaskErrorCode)code!).ToString(),
            { Kind: var kind } => kind.ToString(),
        };
    }

    internal static Instruction With(this Instruction call, int index, AccountMeta meta) =>
        call with { Accounts = call.Accounts.SetItem(index, meta) };

    internal static Instruction With(this Instruction call, int index, Pubkey key) =>
        call.With(index, call.Accounts[index] with { Key = key });

    internal static Instruction Unsigned(this Instruction call, int index) =>
        call.With(index, call.Accounts[index] with { IsSigner = false });

    internal static Instruction ReadOnly(this Instruction call, int index) =>
        call.With(index, call.Accounts[index] with { IsWritable = false });

    /// <summary>Sends one call, signed by nobody or by whom it names: the fast ledger looks at no signatures.</summary>
    internal static string Try(this TestLedger ledger, Instruction call) => Outcome(ledger.Send([call]));

    /// <summary>Sends a call for a task in an account of this size, which is created before it; 0 makes an account without data.</summary>
    internal static string Try(this TestLedger ledger, Instruction call, ulong spaceBytes)
    {
        var task = call.Accounts.First(meta => meta.IsSigner && meta.Key != TestLedger.Creator.PublicKey && meta.Key != TestLedger.Key("poor").PublicKey).Key;
        return Outcome(ledger.Send(
            [
                new SystemInstruction.CreateAccount(Rent.MinimumFor(spaceBytes), spaceBytes, ProgramIds.Task).ToInstruction(TestLedger.Faucet.PublicKey, task),
                call,
            ]));
    }

    /// <summary>The data of a call with nothing in it but its index.</summary>
    internal static Instruction Garbage(byte index) => new(ProgramIds.Task, [AccountMeta.Writable(TestLedger.Task)], [index, 1, 2, 3]);
}
