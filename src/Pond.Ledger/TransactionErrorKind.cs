namespace Pond.Ledger;

/// <summary>Why a transaction failed or did not land.</summary>
/// <remarks>The names and their order are K2's; the names travel in JSON.</remarks>
public enum TransactionErrorKind
{
    /// <summary>No error; never part of a <see cref="TransactionError"/>.</summary>
    None = 0,

    /// <summary>Account in use.</summary>
    AccountInUse = 1,

    /// <summary>Account loaded twice.</summary>
    AccountLoadedTwice = 2,

    /// <summary>Attempt to debit an account but found no record of a prior credit.</summary>
    AccountNotFound = 3,

    /// <summary>Attempt to load a program that does not exist.</summary>
    ProgramAccountNotFound = 4,

    /// <summary>Insufficient funds for fee.</summary>
    InsufficientFundsForFee = 5,

    /// <summary>This account may not be used to pay transaction fees.</summary>
    InvalidAccountForFee = 6,

    /// <summary>This transaction has already been processed.</summary>
    AlreadyProcessed = 7,

    /// <summary>Blockhash not found.</summary>
    BlockhashNotFound = 8,

    /// <summary>Error processing Instruction i: 5.2 display.</summary>
    InstructionError = 9,

    /// <summary>Loader call chain is too deep.</summary>
    CallChainTooDeep = 10,

    /// <summary>Transaction requires a fee but has no signature present.</summary>
    MissingSignatureForFee = 11,

    /// <summary>Transaction contains an invalid account reference.</summary>
    InvalidAccountIndex = 12,

    /// <summary>Transaction did not pass signature verification.</summary>
    SignatureFailure = 13,

    /// <summary>This program may not be used for executing instructions.</summary>
    InvalidProgramForExecution = 14,

    /// <summary>Transaction failed to sanitize accounts offsets correctly.</summary>
    SanitizeFailure = 15,

    /// <summary>Transactions are currently disabled due to cluster maintenance.</summary>
    ClusterMaintenance = 16,

    /// <summary>Transaction processing left an account with an outstanding borrowed reference.</summary>
    AccountBorrowOutstanding = 17,

    /// <summary>Transaction would exceed max Block Cost Limit.</summary>
    WouldExceedMaxBlockCostLimit = 18,

    /// <summary>Transaction version is unsupported.</summary>
    UnsupportedVersion = 19,

    /// <summary>Transaction loads a writable account that cannot be written.</summary>
    InvalidWritableAccount = 20,

    /// <summary>Transaction would exceed max account limit within the block.</summary>
    WouldExceedMaxAccountCostLimit = 21,

    /// <summary>Transaction would exceed account data limit within the block.</summary>
    WouldExceedAccountDataBlockLimit = 22,

    /// <summary>Transaction locked too many accounts.</summary>
    TooManyAccountLocks = 23,

    /// <summary>Transaction loads an address table account that doesn't exist.</summary>
    AddressLookupTableNotFound = 24,

    /// <summary>Transaction loads an address table account with an invalid owner.</summary>
    InvalidAddressLookupTableOwner = 25,

    /// <summary>Transaction loads an address table account with invalid data.</summary>
    InvalidAddressLookupTableData = 26,

    /// <summary>Transaction address table lookup uses an invalid index.</summary>
    InvalidAddressLookupTableIndex = 27,

    /// <summary>Transaction leaves an account with a lower balance than rent-exempt minimum.</summary>
    InvalidRentPayingAccount = 28,

    /// <summary>Transaction would exceed max Vote Cost Limit.</summary>
    WouldExceedMaxVoteCostLimit = 29,

    /// <summary>Transaction would exceed total account data limit.</summary>
    WouldExceedAccountDataTotalLimit = 30,

    /// <summary>Transaction contains a duplicate instruction (ix) that is not allowed.</summary>
    DuplicateInstruction = 31,

    /// <summary>Transaction results in an account (n) with insufficient funds for rent.</summary>
    InsufficientFundsForRent = 32,

    /// <summary>Transaction exceeded max loaded accounts data size cap.</summary>
    MaxLoadedAccountsDataSizeExceeded = 33,

    /// <summary>LoadedAccountsDataSizeLimit set for transaction must be greater than 0.</summary>
    InvalidLoadedAccountsDataSizeLimit = 34,

    /// <summary>ResanitizationNeeded.</summary>
    ResanitizationNeeded = 35,

    /// <summary>Execution of the program referenced by account at index n is temporarily restricted.</summary>
    ProgramExecutionTemporarilyRestricted = 36,

    /// <summary>Sum of account balances before and after transaction do not match.</summary>
    UnbalancedTransaction = 37,
}
