using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Ledger.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Programs;

/// <summary>Runs the instructions of one transaction, and the calls that programs make of each other.</summary>
/// <param name="programs">The programs there are.</param>
/// <param name="overlay">What the transaction writes.</param>
/// <param name="slot">The open slot.</param>
/// <param name="accounts">The transaction's accounts, looked-up ones included, with the rights left after demotion.</param>
/// <param name="unitLimit">The compute units that all instructions share.</param>
internal sealed class InstructionProcessor(
    ProgramSet programs, Overlay overlay, Slot slot, ImmutableArray<AccountMeta> accounts, ulong unitLimit)
{
    /// <summary>How deep calls go: an instruction of the transaction stands at 1.</summary>
    internal const int MaxDepth = 5;

    // Instructions and calls together. Without it the calls multiply with their depth.
    private const int MaxTraceLength = 64;
    private const int MaxReturnDataBytes = 1024;

    private readonly TransactionLog _log = new();
    private readonly Stack<Pubkey> _running = new();
    private List<InnerInstruction>? _calls;
    private List<InnerInstructions>? _inner;
    private int _traceLength;
    private ReturnData? _returnData;

    internal ImmutableArray<string> Logs => _log.Lines;

    internal ulong UnitsConsumed { get; private set; }

    internal ImmutableArray<InnerInstructions> InnerInstructions => _inner is null ? [] : [.. _inner];

    /// <summary>What the last program handed back; null if nothing.</summary>
    internal ReturnData? ReturnData => _returnData is { Data.IsEmpty: false } ? _returnData : null;

    /// <summary>Runs the instructions in order, up to the first that fails.</summary>
    internal TransactionError? Run(ImmutableArray<CompiledInstruction> instructions)
    {
        for (var index = 0; index < instructions.Length; index++)
        {
            var instruction = instructions[index];
            var error = RunFrame(
                accounts[instruction.ProgramIndex].Key,
                MetasOf(instruction),
                instruction.Data);
            if (_calls is not null)
            {
                (_inner ??= []).Add(new(index, [.. _calls]));
                _calls = null;
            }

            if (error is not null)
            {
                return new(TransactionErrorKind.InstructionError, index, error);
            }
        }

        return null;
    }

    /// <summary>Runs a call that a program makes. Its rights are the caller's, and those of the addresses that it derives.</summary>
    /// <param name="caller">The calling program and the accounts that it was given.</param>
    /// <param name="call">What it calls.</param>
    /// <param name="signers">The addresses that the caller signs for.</param>
    internal InstructionError? Invoke(InstructionContext caller, Instruction call, ImmutableArray<Pubkey> signers)
    {
        // A program may call itself at once, but not by way of another: that one would see its accounts half written.
        if (_running.Peek() != call.ProgramId && _running.Contains(call.ProgramId))
        {
            return new(InstructionErrorKind.ReentrancyNotAllowed);
        }

        if (_running.Count == MaxDepth)
        {
            return new(InstructionErrorKind.CallDepth);
        }

        var granted = ImmutableArray.CreateBuilder<AccountMeta>(call.Accounts.Length);
        foreach (var wanted in call.Accounts)
        {
            if (!caller.Has(wanted.Key))
            {
                return caller.Fail(InstructionErrorKind.MissingAccount, $"Instruction references an unknown account {wanted.Key}");
            }

            // An account that is named twice has the rights of both names.
            var (isSigner, isWritable) = (false, false);
            foreach (var same in call.Accounts.Where(meta => meta.Key == wanted.Key))
            {
                isSigner |= same.IsSigner;
                isWritable |= same.IsWritable;
            }

            if (isWritable && !caller.IsWritable(wanted.Key))
            {
                return caller.Fail(InstructionErrorKind.PrivilegeEscalation, $"{wanted.Key}'s writable privilege escalated");
            }

            if (isSigner && !caller.IsSigner(wanted.Key) && !signers.Contains(wanted.Key))
            {
                return caller.Fail(InstructionErrorKind.PrivilegeEscalation, $"{wanted.Key}'s signer privilege escalated");
            }

            granted.Add(new(wanted.Key, isSigner, isWritable));
        }

        if (!caller.Has(call.ProgramId))
        {
            return caller.Fail(InstructionErrorKind.MissingAccount, $"Unknown program {call.ProgramId}");
        }

        if (!programs.Contains(call.ProgramId))
        {
            return caller.Fail(InstructionErrorKind.AccountNotExecutable, $"Account {call.ProgramId} is not executable");
        }

        (_calls ??= []).Add(new(
            new(IndexOf(call.ProgramId), [.. call.Accounts.Select(meta => IndexOf(meta.Key))], call.Data),
            StackHeight: _running.Count + 1));
        return RunFrame(call.ProgramId, granted.MoveToImmutable(), call.Data);
    }

    /// <summary>Takes compute units from what is left.</summary>
    /// <returns>False if there are too few; then all are gone.</returns>
    internal bool TryConsume(ulong units)
    {
        var isEnough = units <= unitLimit - UnitsConsumed;
        UnitsConsumed = isEnough ? UnitsConsumed + units : unitLimit;
        return isEnough;
    }

    internal void SetReturnData(Pubkey program, ImmutableArray<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, MaxReturnDataBytes, nameof(data));
        _returnData = new(program, data);
    }

    private ImmutableArray<AccountMeta> MetasOf(CompiledInstruction instruction)
    {
        var metas = new AccountMeta[instruction.AccountIndexes.Length];
        for (var index = 0; index < metas.Length; index++)
        {
            metas[index] = accounts[instruction.AccountIndexes[index]];
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(metas);
    }

    private InstructionError? RunFrame(Pubkey id, ImmutableArray<AccountMeta> metas, ImmutableArray<byte> data)
    {
        if (++_traceLength > MaxTraceLength)
        {
            return new(InstructionErrorKind.MaxInstructionTraceLengthExceeded);
        }

        var entry = programs.Find(id) ?? throw new System.Diagnostics.UnreachableException($"{id} was checked to be a program.");
        var (program, name) = (entry.Program, entry.Text);
        var unitsBefore = UnitsConsumed;
        _running.Push(id);
        _returnData = null;
        if (program.IsLogged)
        {
            _log.Add(_running.Count == 1 ? entry.InvokeLine : $"Program {name} invoke [{_running.Count}]");
        }

        var error = Execute(program, metas, data);
        _running.Pop();
        if (!program.IsBuiltin)
        {
            _log.Add($"Program {name} consumed {UnitsConsumed - unitsBefore} of {unitLimit - unitsBefore} compute units");
            if (ReturnData is { } returned)
            {
                _log.Add($"Program return: {name} {Convert.ToBase64String(returned.Data.AsSpan())}");
            }
        }

        if (program.IsLogged)
        {
            _log.Add(error is null ? entry.SuccessLine : $"Program {name} failed: {error.Message}");
        }

        return error;
    }

    private InstructionError? Execute(IProgram program, ImmutableArray<AccountMeta> metas, ImmutableArray<byte> data)
    {
        if (!TryConsume(program.Units))
        {
            return new(InstructionErrorKind.ComputationalBudgetExceeded);
        }

        var before = overlay.Change;
        var error = program.Execute(new(this, overlay, slot, program.Id, metas, data, _log));
        // No program of ours does this. Should one have a mistake, the money stays where it was.
        return error is null && (overlay.Change != before || !AreTasksSolvent())
            ? new(InstructionErrorKind.UnbalancedInstruction)
            : error;
    }

    // Few accounts are written, so this is as cheap as the instruction itself.
    private bool AreTasksSolvent()
    {
        foreach (var (_, account) in overlay.Writes)
        {
            if (account.Content is TaskState task && !task.IsSolvent(overlay.Get(task.StakePot)))
            {
                return false;
            }
        }

        return true;
    }

    private byte IndexOf(Pubkey key)
    {
        for (var index = 0; index < accounts.Length; index++)
        {
            if (accounts[index].Key == key)
            {
                return (byte)index;
            }
        }

        throw new System.Diagnostics.UnreachableException($"{key} is an account of the caller and so of the transaction.");
    }
}
