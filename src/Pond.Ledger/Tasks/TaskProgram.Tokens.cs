using System.Collections.Immutable;
using System.Diagnostics;
using Pond.Ledger.Programs;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tasks;

internal sealed partial class TaskProgram
{
    private static InstructionError? TransferTokens(
        InstructionContext context, AccountMeta from, AccountMeta to, AccountMeta owner, Lamports amount, ImmutableArray<Pubkey> signers) =>
        throw new UnreachableException($"{context} {from} {to} {owner} {amount} {signers}");

    private static InstructionError? OpenVault(
        InstructionContext context, TaskAccounts accounts, AccountMeta pot, AccountMeta authority, TokenVault vault) =>
        throw new UnreachableException($"{context} {accounts} {pot} {authority} {vault}");

    private static InstructionError? CloseVault(TaskCall call) => throw new UnreachableException($"{call}");

    private static InstructionError? FindAuthorityError(TaskCall call) => throw new UnreachableException($"{call}");

    private static InstructionError? FindTokenAccountError(TaskCall call, AccountMeta account) => throw new UnreachableException($"{call}{account}");
}
