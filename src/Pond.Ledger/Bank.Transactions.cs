using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Pond.Ledger.Accounts;
using Pond.Ledger.Journal;
using Pond.Ledger.Programs;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger;

public sealed partial class Bank
{
    private const int MaxAccountLocks = 64;

    /// <summary>Runs a transaction in the open slot.</summary>
    /// <param name="transaction">
    /// The transaction. The caller has checked its signatures (<see cref="Transaction.VerifySignatures()"/>): that is the expensive
    /// part, and shells do it in parallel before they come here.
    /// </param>
    public TransactionResult Process(Transaction transaction)
    {
        var message = transaction.Message.ComputeHash();
        var run = Run(transaction.Message, message, _nextTransaction.Exists(entry => entry.Kind is LocalEntryKind.FailTransaction));
        EndLocalEntries(run.IsLanded);
        // Read here, before it is written through.
        var tokensBefore = run.IsLanded && run.Keys.Contains(ProgramIds.Token) ? TokenBalances(new Overlay(_accounts), run.Keys) : [];
        if (run.IsLanded)
        {
            run.Overlay.Commit();
            FeesBurnt += run.Fee;
            foreach (var (key, _) in run.Overlay.Writes)
            {
                _ = _written.Add(key);
            }

            _writtenInOrder = null;
            _processed.Add(message);
            _openMessages.Add(message);
            _statuses[transaction.Id] = new(Slot, run.Error);
            if (!IsConserved(_accounts.Total))
            {
                throw new UnreachableException($"Transaction {transaction.Id} created or destroyed lamports.");
            }
        }

        var result = new TransactionResult
        {
            Transaction = transaction,
            Slot = Slot,
            IsLanded = run.IsLanded,
            Error = run.Error,
            Fee = run.IsLanded ? run.Fee : Lamports.Zero,
            Logs = run.Logs,
            PreBalances = run.PreBalances,
            PostBalances = run.IsLanded ? Balances(run.Overlay, run.Keys) : [],
            Loaded = run.Loaded,
            PreTokenBalances = tokensBefore,
            PostTokenBalances = run.IsLanded ? TokenBalances(run.Overlay, run.Keys) : [],
            UnitsConsumed = run.Units,
            InnerInstructions = run.InnerInstructions,
            ReturnData = run.ReturnData,
        };
        if (run.IsLanded)
        {
            _open.Add(result);
        }

        return result;
    }

    /// <summary>Says what a transaction would do in the open slot. Signatures are not looked at.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="replaceBlockhash">Whether the latest blockhash stands in for the transaction's own.</param>
    /// <param name="withAccounts">
    /// Whether the accounts afterwards are wanted. A preflight does not want them, and a task's image is as long as its history.
    /// </param>
    public SimulationResult Simulate(Transaction transaction, bool replaceBlockhash, bool withAccounts = true)
    {
        var run = Run(transaction.Message, replaceBlockhash ? null : transaction.Message.ComputeHash());
        return new(
            run.Error,
            run.Logs,
            run.Units,
            run.Fee,
            run.IsLanded && withAccounts ? [.. run.Keys.Select(key => RenderAfter(run.Overlay, key))] : [],
            replaceBlockhash ? LatestBlock.Hash : null)
        {
            Loaded = run.Loaded,
            InnerInstructions = run.InnerInstructions,
            ReturnData = run.ReturnData,
        };
    }

    private Account? RenderAfter(Overlay overlay, Pubkey key)
    {
        var account = overlay.Get(key);
        return account.Lamports == Lamports.Zero
            ? null
            : new(account.Lamports, account.Owner, RenderContent(key, account.Content), account.IsExecutable);
    }

    // The order of these checks is K2's: the first that fails is the one that clients see.
    // Without a hash the message's age and novelty are not asked for.
    private RunResult Run(Message message, Hash? hash, bool isToFail = false)
    {
        if (Resolve(message, out var resolved) is { } lookupError)
        {
            return NotLanded(lookupError);
        }

        if (FindLockError(resolved!) is { } lockError)
        {
            return NotLanded(lockError);
        }

        (Pubkey Key, StoredAccount Advanced)? nonce = null;
        if (hash is not null && !IsBlockhashRecent(message.RecentBlockhash) && !TryUseNonce(resolved!, out nonce))
        {
            return NotLanded(new(TransactionErrorKind.BlockhashNotFound));
        }

        if (hash is { } known && _processed.Contains(known))
        {
            return NotLanded(new(TransactionErrorKind.AlreadyProcessed));
        }

        if (ComputeBudget.Read(message, out var budget) is { } budgetError)
        {
            return NotLanded(budgetError);
        }

        foreach (var instruction in message.Instructions)
        {
            var program = message.Keys[instruction.ProgramIndex];
            if (!_programs.Contains(program))
            {
                return NotLanded(new(_accounts.Find(program) is null
                    ? TransactionErrorKind.ProgramAccountNotFound
                    : TransactionErrorKind.InvalidProgramForExecution));
            }
        }

        if (!IsDataWithin(resolved!, budget.DataSizeLimitBytes))
        {
            return NotLanded(new(TransactionErrorKind.MaxLoadedAccountsDataSizeExceeded));
        }

        var fee = FeeOf(message, budget);
        if (FindFeeError(message.FeePayer, fee) is { } feeError)
        {
            return NotLanded(feeError);
        }

        if (FindPrecompileError(message) is { } precompileError)
        {
            return NotLanded(precompileError);
        }

        var overlay = new Overlay(_accounts);
        var preBalances = Balances(overlay, resolved!.Keys);
        Charge(overlay, message.FeePayer, fee);
        var processor = new InstructionProcessor(_programs, overlay, Slot, resolved.Accounts, budget.UnitLimit);
        var error = isToFail
            ? new TransactionError(TransactionErrorKind.InstructionError, 0, new InstructionError(InstructionErrorKind.GenericError))
            : processor.Run(message.Instructions) ?? FindRentError(resolved, overlay);
        if (error is not null)
        {
            // All that was done is dropped with the overlay. The fee stays, and the nonce is used up, or the transaction could come again.
            overlay = new Overlay(_accounts);
            if (nonce is { } used)
            {
                overlay.Set(used.Key, used.Advanced);
            }

            Charge(overlay, message.FeePayer, fee);
        }

        return new(
            IsLanded: true,
            error,
            fee,
            overlay,
            processor.Logs,
            preBalances,
            processor.UnitsConsumed,
            processor.InnerInstructions,
            processor.ReturnData,
            resolved);
    }

    private static TransactionError? FindLockError(ResolvedMessage message)
    {
        if (message.Keys.Length > MaxAccountLocks)
        {
            return new(TransactionErrorKind.TooManyAccountLocks);
        }

        // At most 64, and most have three: comparing each with each beats a set.
        var keys = message.Keys.AsSpan();
        for (var index = 1; index < keys.Length; index++)
        {
            if (keys[..index].Contains(keys[index]))
            {
                return new(TransactionErrorKind.AccountLoadedTwice);
            }
        }

        return null;
    }

    private bool IsDataWithin(ResolvedMessage message, ulong limitBytes)
    {
        var sizeBytes = (UInt128)0;
        foreach (var key in message.Keys)
        {
            sizeBytes += _accounts.Find(key)?.Content.SizeBytes ?? 0;
        }

        return sizeBytes <= limitBytes;
    }

    private TransactionError? FindFeeError(Pubkey payer, Lamports fee)
    {
        if (_accounts.Find(payer) is not { } account)
        {
            return new(TransactionErrorKind.AccountNotFound);
        }

        var isNonce = SystemProgram.ReadNonce(account) is { IsInitialized: true } && account.Content.SizeBytes == NonceState.SizeBytes;
        if (!account.Owner.IsZero || !(account.Content.IsEmpty || isNonce))
        {
            return new(TransactionErrorKind.InvalidAccountForFee);
        }

        // A nonce account may pay, but not with what keeps it alive.
        var kept = isNonce ? Rent.MinimumFor(NonceState.SizeBytes) : Lamports.Zero;
        if (account.Lamports < SaturatingAdd(fee, kept))
        {
            return new(TransactionErrorKind.InsufficientFundsForFee);
        }

        return IsRentPaying(account.Lamports - fee, account.Content)
            ? new(TransactionErrorKind.InsufficientFundsForRent, 0)
            : null;
    }

    private static TransactionError? FindRentError(ResolvedMessage message, Overlay overlay)
    {
        for (var index = 0; index < message.Keys.Length; index++)
        {
            if (message.Accounts[index].IsWritable && overlay.Get(message.Keys[index]) is var account
                && IsRentPaying(account.Lamports, account.Content))
            {
                return new(TransactionErrorKind.InsufficientFundsForRent, index);
            }
        }

        return null;
    }

    private static bool IsRentPaying(Lamports lamports, AccountContent content) =>
        lamports > Lamports.Zero && lamports < Rent.MinimumFor(content.SizeBytes);

    private static ImmutableArray<Lamports> Balances(Overlay overlay, ImmutableArray<Pubkey> keys)
    {
        var balances = new Lamports[keys.Length];
        for (var index = 0; index < balances.Length; index++)
        {
            balances[index] = overlay.Get(keys[index]).Lamports;
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(balances);
    }

    private static void Charge(Overlay overlay, Pubkey payer, Lamports fee)
    {
        var account = overlay.Get(payer);
        overlay.Set(payer, account with { Lamports = account.Lamports - fee });
    }

    private static Lamports SaturatingAdd(Lamports left, Lamports right) =>
        new(ulong.CreateSaturating((UInt128)left.Value + right.Value));

    private RunResult NotLanded(TransactionError error) =>
        new(IsLanded: false, error, Lamports.Zero, new Overlay(_accounts), [], [], 0, [], ReturnData: null, Resolved: null);

    private sealed record RunResult(
        bool IsLanded,
        TransactionError? Error,
        Lamports Fee,
        Overlay Overlay,
        ImmutableArray<string> Logs,
        ImmutableArray<Lamports> PreBalances,
        ulong Units,
        ImmutableArray<InnerInstructions> InnerInstructions,
        ReturnData? ReturnData,
        ResolvedMessage? Resolved)
    {
        internal ImmutableArray<Pubkey> Keys => Resolved?.Keys ?? [];

        internal LoadedAddresses Loaded => Resolved?.Loaded ?? LoadedAddresses.None;
    }
}
