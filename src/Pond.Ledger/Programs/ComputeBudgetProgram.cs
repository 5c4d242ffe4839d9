using Pond.Primitives.Instructions;

namespace Pond.Ledger.Programs;

/// <summary>Limits and the priority fee. Its instructions do nothing when they run: <see cref="ComputeBudget"/> reads them before.</summary>
internal sealed class ComputeBudgetProgram : IProgram
{
    public Pubkey Id => ProgramIds.ComputeBudget;

    public string Name => "compute_budget_program";

    public ulong Units => 150;

    public bool IsLogged => true;

    public InstructionError? Execute(InstructionContext context) => null;
}
