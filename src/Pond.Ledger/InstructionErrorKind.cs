namespace Pond.Ledger;

/// <summary>Why an instruction failed.</summary>
/// <remarks>The names and their order are K2's; the names travel in JSON.</remarks>
public enum InstructionErrorKind
{
    /// <summary>No error; never part of an <see cref="InstructionError"/>.</summary>
    None = 0,

    /// <summary>generic instruction error.</summary>
    GenericError = 1,

    /// <summary>invalid program argument.</summary>
    InvalidArgument = 2,

    /// <summary>invalid instruction data.</summary>
    InvalidInstructionData = 3,

    /// <summary>invalid account data for instruction.</summary>
    InvalidAccountData = 4,

    /// <summary>account data too small for instruction.</summary>
    AccountDataTooSmall = 5,

    /// <summary>insufficient funds for instruction.</summary>
    InsufficientFunds = 6,

    /// <summary>incorrect program id for instruction.</summary>
    IncorrectProgramId = 7,

    /// <summary>missing required signature for instruction.</summary>
    MissingRequiredSignature = 8,

    /// <summary>instruction requires an uninitialized account.</summary>
    AccountAlreadyInitialized = 9,

    /// <summary>instruction requires an initialized account.</summary>
    UninitializedAccount = 10,

    /// <summary>sum of account balances before and after instruction do not match.</summary>
    UnbalancedInstruction = 11,

    /// <summary>instruction illegally modified the program id of an account.</summary>
    ModifiedProgramId = 12,

    /// <summary>instruction spent from the balance of an account it does not own.</summary>
    ExternalAccountLamportSpend = 13,

    /// <summary>instruction modified data of an account it does not own.</summary>
    ExternalAccountDataModified = 14,

    /// <summary>instruction changed the balance of a read-only account.</summary>
    ReadonlyLamportChange = 15,

    /// <summary>instruction modified data of a read-only account.</summary>
    ReadonlyDataModified = 16,

    /// <summary>instruction contains duplicate accounts.</summary>
    DuplicateAccountIndex = 17,

    /// <summary>instruction changed executable bit of an account.</summary>
    ExecutableModified = 18,

    /// <summary>instruction modified rent epoch of an account.</summary>
    RentEpochModified = 19,

    /// <summary>insufficient account keys for instruction.</summary>
    NotEnoughAccountKeys = 20,

    /// <summary>program other than the account's owner changed the size of the account data.</summary>
    AccountDataSizeChanged = 21,

    /// <summary>instruction expected an executable account.</summary>
    AccountNotExecutable = 22,

    /// <summary>instruction tries to borrow reference for an account which is already borrowed.</summary>
    AccountBorrowFailed = 23,

    /// <summary>instruction left account with an outstanding borrowed reference.</summary>
    AccountBorrowOutstanding = 24,

    /// <summary>instruction modifications of multiply-passed account differ.</summary>
    DuplicateAccountOutOfSync = 25,

    /// <summary>custom program error: 0xlower-case hex, no padding.</summary>
    Custom = 26,

    /// <summary>program returned invalid error code.</summary>
    InvalidError = 27,

    /// <summary>instruction changed executable accounts data.</summary>
    ExecutableDataModified = 28,

    /// <summary>instruction changed the balance of a executable account.</summary>
    ExecutableLamportChange = 29,

    /// <summary>executable accounts must be rent exempt.</summary>
    ExecutableAccountNotRentExempt = 30,

    /// <summary>Unsupported program id.</summary>
    UnsupportedProgramId = 31,

    /// <summary>Cross-program invocation call depth too deep.</summary>
    CallDepth = 32,

    /// <summary>An account required by the instruction is missing.</summary>
    MissingAccount = 33,

    /// <summary>Cross-program invocation reentrancy not allowed for this instruction.</summary>
    ReentrancyNotAllowed = 34,

    /// <summary>Length of the seed is too long for address generation.</summary>
    MaxSeedLengthExceeded = 35,

    /// <summary>Provided seeds do not result in a valid address.</summary>
    InvalidSeeds = 36,

    /// <summary>Failed to reallocate account data.</summary>
    InvalidRealloc = 37,

    /// <summary>Computational budget exceeded.</summary>
    ComputationalBudgetExceeded = 38,

    /// <summary>Cross-program invocation with unauthorized signer or writable account.</summary>
    PrivilegeEscalation = 39,

    /// <summary>Failed to create program execution environment.</summary>
    ProgramEnvironmentSetupFailure = 40,

    /// <summary>Program failed to complete.</summary>
    ProgramFailedToComplete = 41,

    /// <summary>Program failed to compile.</summary>
    ProgramFailedToCompile = 42,

    /// <summary>Account is immutable.</summary>
    Immutable = 43,

    /// <summary>Incorrect authority provided.</summary>
    IncorrectAuthority = 44,

    /// <summary>Failed to serialize or deserialize account data: text.</summary>
    BorshIoError = 45,

    /// <summary>An account does not have enough lamports to be rent-exempt.</summary>
    AccountNotRentExempt = 46,

    /// <summary>Invalid account owner.</summary>
    InvalidAccountOwner = 47,

    /// <summary>Program arithmetic overflowed.</summary>
    ArithmeticOverflow = 48,

    /// <summary>Unsupported sysvar.</summary>
    UnsupportedSysvar = 49,

    /// <summary>Provided owner is not allowed.</summary>
    IllegalOwner = 50,

    /// <summary>Accounts data allocations exceeded the maximum allowed per transaction.</summary>
    MaxAccountsDataAllocationsExceeded = 51,

    /// <summary>Max accounts exceeded.</summary>
    MaxAccountsExceeded = 52,

    /// <summary>Max instruction trace length exceeded.</summary>
    MaxInstructionTraceLengthExceeded = 53,

    /// <summary>Builtin programs must consume compute units.</summary>
    BuiltinProgramsMustConsumeComputeUnits = 54,
}
