namespace Pond.Ledger;

/// <summary>Why a transaction failed or did not land.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">
/// The instruction's index for <see cref="TransactionErrorKind.InstructionError"/> and <see cref="TransactionErrorKind.DuplicateInstruction"/>, the
/// account's for the kinds that name an account; null for the others.
/// </param>
/// <param name="Instruction">The instruction's error, for <see cref="TransactionErrorKind.InstructionError"/> only.</param>
public sealed record TransactionError(TransactionErrorKind Kind, int? Index = null, InstructionError? Instruction = null)
{
    /// <summary>The text that K2 shows, which clients match on.</summary>
    public string Message => Kind switch
    {
        TransactionErrorKind.AccountInUse => "Account in use",
        TransactionErrorKind.AccountLoadedTwice => "Account loaded twice",
        TransactionErrorKind.AccountNotFound => "Attempt to debit an account but found no record of a prior credit.",
        TransactionErrorKind.ProgramAccountNotFound => "Attempt to load a program that does not exist",
        TransactionErrorKind.InsufficientFundsForFee => "Insufficient funds for fee",
        TransactionErrorKind.InvalidAccountForFee => "This account may not be used to pay transaction fees",
        TransactionErrorKind.AlreadyProcessed => "This transaction has already been processed",
        TransactionErrorKind.BlockhashNotFound => "Blockhash not found",
        TransactionErrorKind.InstructionError => $"Error processing Instruction {Index}: {Instruction?.Message}",
        TransactionErrorKind.CallChainTooDeep => "Loader call chain is too deep",
        TransactionErrorKind.MissingSignatureForFee => "Transaction requires a fee but has no signature present",
        TransactionErrorKind.InvalidAccountIndex => "Transaction contains an invalid account reference",
        TransactionErrorKind.SignatureFailure => "Transaction did not pass signature verification",
        TransactionErrorKind.InvalidProgramForExecution => "This program may not be used for executing instructions",
        TransactionErrorKind.SanitizeFailure => "Transaction failed to sanitize accounts offsets correctly",
        TransactionErrorKind.ClusterMaintenance => "Transactions are currently disabled due to cluster maintenance",
        TransactionErrorKind.AccountBorrowOutstanding => "Transaction processing left an account with an outstanding borrowed reference",
        TransactionErrorKind.WouldExceedMaxBlockCostLimit => "Transaction would exceed max Block Cost Limit",
        TransactionErrorKind.UnsupportedVersion => "Transaction version is unsupported",
        TransactionErrorKind.InvalidWritableAccount => "Transaction loads a writable account that cannot be written",
        TransactionErrorKind.WouldExceedMaxAccountCostLimit => "Transaction would exceed max account limit within the block",
        TransactionErrorKind.WouldExceedAccountDataBlockLimit => "Transaction would exceed account data limit within the block",
        TransactionErrorKind.TooManyAccountLocks => "Transaction locked too many accounts",
        TransactionErrorKind.AddressLookupTableNotFound => "Transaction loads an address table account that doesn't exist",
        TransactionErrorKind.InvalidAddressLookupTableOwner => "Transaction loads an address table account with an invalid owner",
        TransactionErrorKind.InvalidAddressLookupTableData => "Transaction loads an address table account with invalid data",
        TransactionErrorKind.InvalidAddressLookupTableIndex => "Transaction address table lookup uses an invalid index",
        TransactionErrorKind.InvalidRentPayingAccount => "Transaction leaves an account with a lower balance than rent-exempt minimum",
        TransactionErrorKind.WouldExceedMaxVoteCostLimit => "Transaction would exceed max Vote Cost Limit",
        TransactionErrorKind.WouldExceedAccountDataTotalLimit => "Transaction would exceed total account data limit",
        TransactionErrorKind.DuplicateInstruction => $"Transaction contains a duplicate instruction ({Index}) that is not allowed",
        TransactionErrorKind.InsufficientFundsForRent => $"Transaction results in an account ({Index}) with insufficient funds for rent",
        TransactionErrorKind.MaxLoadedAccountsDataSizeExceeded => "Transaction exceeded max loaded accounts data size cap",
        TransactionErrorKind.InvalidLoadedAccountsDataSizeLimit => "LoadedAccountsDataSizeLimit set for transaction must be greater than 0.",
        TransactionErrorKind.ResanitizationNeeded => "ResanitizationNeeded",
        TransactionErrorKind.ProgramExecutionTemporarilyRestricted => $"Execution of the program referenced by account at index {Index} is temporarily restricted.",
        TransactionErrorKind.UnbalancedTransaction => "Sum of account balances before and after transaction do not match",
        _ => throw new System.Diagnostics.UnreachableException($"No text for {Kind}."),
    };

    /// <inheritdoc/>
    public override string ToString() => Message;
}
