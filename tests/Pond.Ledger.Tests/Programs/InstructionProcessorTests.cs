using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Ledger.Programs;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Programs;

public sealed class InstructionProcessorTests
{
    private static readonly Pubkey First = Key(1);
    private static readonly Pubkey Second = Key(2);
    private static readonly Pubkey Someone = Key(3);
    private static readonly Pubkey Other = Key(4);
    private static readonly (Pubkey Address, byte Bump) Derived = ProgramAddress.Find([[9]], First);

    [Fact]
    public void A_call_is_framed_by_its_depth_and_recorded()
    {
        var processor = Processor(
            1_000,
            new FakeProgram(First, context => context.Invoke(CallSecond(AccountMeta.Writable(Other)))),
            new FakeProgram(Second, context =>
            {
                context.SetReturnData([1, 2]);
                return null;
            }));

        Assert.Null(Run(processor));
        Assert.Equal(
            [
                $"Program {First} invoke [1]",
                $"Program {Second} invoke [2]",
                $"Program {Second} consumed 100 of 900 compute units",
                $"Program return: {Second} AQI=",
                $"Program {Second} success",
                $"Program {First} consumed 200 of 1000 compute units",
                $"Program return: {First} AQI=",
                $"Program {First} success",
            ],
            processor.Logs.ToArray());
        var call = Assert.Single(Assert.Single(processor.InnerInstructions).Instructions);
        Assert.Equal(2, call.StackHeight);
        Assert.Equal((1, 3, 7), (call.Instruction.ProgramIndex, call.Instruction.AccountIndexes[0], call.Instruction.Data[0]));
        Assert.Equal(Second, processor.ReturnData!.Program);
    }

    [Fact]
    public void A_callee_gains_no_right()
    {
        static InstructionErrorKind? Try(params AccountMeta[] accounts) => KindOf(Run(Processor(
            1_000, new FakeProgram(First, context => context.Invoke(CallSecond(accounts))), new FakeProgram(Second, _ => null))));

        Assert.Null(Try(AccountMeta.ReadOnly(Someone), AccountMeta.Writable(Other)));
        Assert.Equal(InstructionErrorKind.PrivilegeEscalation, Try(AccountMeta.Writable(Someone)));
        Assert.Equal(InstructionErrorKind.PrivilegeEscalation, Try(AccountMeta.ReadOnlySigner(Someone)));
        Assert.Equal(InstructionErrorKind.PrivilegeEscalation, Try(AccountMeta.ReadOnly(Someone), AccountMeta.Writable(Someone)));
        Assert.Equal(InstructionErrorKind.MissingAccount, Try(AccountMeta.ReadOnly(Key(99))));
    }

    [Fact]
    public void A_program_signs_for_what_it_derives_and_for_nothing_else()
    {
        static InstructionErrorKind? Try(params byte[][] seeds) => KindOf(Run(Processor(
            1_000,
            new FakeProgram(First, context => context.Invoke(CallSecond(AccountMeta.ReadOnlySigner(Derived.Address)), seeds)),
            new FakeProgram(Second, context => context.IsSigner(Derived.Address) ? null : new(InstructionErrorKind.GenericError)))));

        Assert.Null(Try([9], [Derived.Bump]));
        Assert.Equal(InstructionErrorKind.PrivilegeEscalation, Try([8], [ProgramAddress.Find([[8]], First).Bump]));
        Assert.Equal(InstructionErrorKind.MaxSeedLengthExceeded, Try(new byte[33]));
    }

    [Fact]
    public void A_failed_call_fails_its_caller_and_both_say_so()
    {
        var processor = Processor(
            1_000,
            new FakeProgram(First, context => context.Invoke(CallSecond())),
            new FakeProgram(Second, _ => new(InstructionErrorKind.Custom, 5)));
        Assert.Equal(new(TransactionErrorKind.InstructionError, 0, new(InstructionErrorKind.Custom, 5)), Run(processor));
        Assert.Equal(2, processor.Logs.Count(line => line.EndsWith("failed: custom program error: 0x5", StringComparison.Ordinal)));
    }

    [Fact]
    public void Calls_go_five_deep_and_come_back_to_no_program_on_the_way()
    {
        var self = new FakeProgram(First, context => context.Invoke(new(First, context.Accounts, [])));
        Assert.Equal(InstructionErrorKind.CallDepth, KindOf(Run(Processor(10_000, self))));

        var there = new FakeProgram(First, context => context.Invoke(new(Second, context.Accounts, [])));
        var back = new FakeProgram(Second, context => context.Invoke(new(First, context.Accounts, [])));
        Assert.Equal(InstructionErrorKind.ReentrancyNotAllowed, KindOf(Run(Processor(10_000, there, back))));
    }

    [Fact]
    public void Sixty_four_instructions_and_calls_are_the_most()
    {
        var processor = Processor(100_000, new FakeProgram(First, _ => null));
        ImmutableArray<CompiledInstruction> tooMany = [.. Enumerable.Repeat(new CompiledInstruction(0, [], []), 65)];
        Assert.Equal(
            new(TransactionErrorKind.InstructionError, 64, new(InstructionErrorKind.MaxInstructionTraceLengthExceeded)), processor.Run(tooMany));
    }

    [Fact]
    public void Units_are_shared_and_end()
    {
        var caller = new FakeProgram(First, context => context.Invoke(CallSecond()));
        Assert.Null(Run(Processor(200, caller, new FakeProgram(Second, _ => null))));
        var processor = Processor(199, caller, new FakeProgram(Second, _ => null));
        Assert.Equal(InstructionErrorKind.ComputationalBudgetExceeded, KindOf(Run(processor)));
        Assert.Equal(199ul, processor.UnitsConsumed);
    }

    [Fact]
    public void A_call_that_makes_lamports_fails()
    {
        var maker = new FakeProgram(Second, context =>
        {
            context.Overlay.Set(Other, StoredAccount.Unused with { Lamports = new(1) });
            return null;
        });
        var processor = Processor(1_000, new FakeProgram(First, context => context.Invoke(CallSecond(AccountMeta.Writable(Other)))), maker);
        Assert.Equal(InstructionErrorKind.UnbalancedInstruction, KindOf(Run(processor)));
    }

    private static Pubkey Key(byte value) => new(Enumerable.Repeat(value, Pubkey.SizeBytes).ToArray());

    private static InstructionProcessor Processor(ulong units, params IProgram[] programs) => new(
        new(programs),
        new Overlay(new AccountStore()),
        new Slot(1),
        [
            AccountMeta.ReadOnly(First), AccountMeta.ReadOnly(Second), AccountMeta.ReadOnly(Someone), AccountMeta.Writable(Other),
            AccountMeta.ReadOnly(Derived.Address),
        ],
        units);

    private static TransactionError? Run(InstructionProcessor processor) => processor.Run([new(0, [0, 1, 2, 3, 4], [])]);

    private static Instruction CallSecond(params AccountMeta[] accounts) => new(Second, [.. accounts], [7]);

    private static InstructionErrorKind? KindOf(TransactionError? error) => error?.Instruction?.Kind;

    private sealed class FakeProgram(Pubkey id, Func<InstructionContext, InstructionError?> execute) : IProgram
    {
        public Pubkey Id => id;

        public string Name => "fake";

        public ulong Units => 100;

        public bool IsLogged => true;

        public bool IsBuiltin => false;

        public InstructionError? Execute(InstructionContext context) => execute(context);
    }
}
