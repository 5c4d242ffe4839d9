using Pond.Primitives;

namespace Pond.Cli;

/// <summary>What the process returns; scripts rely on the numbers, so a number is never given another meaning.</summary>
public static class ExitCode
{
    /// <summary>Done, and read back.</summary>
    public const int Ok = 0;

    /// <summary>Something that nobody foresaw.</summary>
    public const int Unexpected = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>An input was understood and is not acceptable.</summary>
    public const int Validation = 3;

    /// <summary>A file, folder, CID or account is not there.</summary>
    public const int NotFound = 4;

    /// <summary>Somebody has not enough money.</summary>
    public const int Funds = 5;

    /// <summary>The ledger refused a transaction.</summary>
    public const int Rejected = 6;

    /// <summary>It could not be learnt whether it was done.</summary>
    public const int OutcomeUnknown = 7;

    /// <summary>A server could not be reached.</summary>
    public const int Network = 8;

    /// <summary>A permission, a lock, a taken port or a full disk is in the way.</summary>
    public const int PermissionOrLock = 9;

    /// <summary>A check of the result failed.</summary>
    public const int CheckFailed = 10;

    /// <summary>Stopped by the user.</summary>
    public const int Interrupted = 130;

    private static readonly Dictionary<string, int> ByCode = new(StringComparer.Ordinal)
    {
        ["corpus-empty"] = Validation,
        ["corpus-missing"] = NotFound,
        ["corpus-unreadable"] = PermissionOrLock,
        ["folder-missing"] = NotFound,
        ["block-missing"] = NotFound,
        ["content-missing"] = NotFound,
        ["not-an-index"] = Validation,
        ["cid-invalid"] = Validation,
        ["too-few-nodes"] = Validation,
        ["too-many-cheaters"] = Validation,
        ["option-out-of-range"] = Validation,
        ["transaction-failed"] = Rejected,
        ["transaction-unknown"] = OutcomeUnknown,
        ["ledger-unreachable"] = Network,
        ["port-in-use"] = PermissionOrLock,
        ["disk-full"] = PermissionOrLock,
        ["port-unusable"] = PermissionOrLock,
        ["store-in-use"] = PermissionOrLock,
        ["data-folder-unwritable"] = PermissionOrLock,
        ["path-not-found"] = NotFound,
        ["path-not-a-file"] = Validation,
        ["block-corrupt"] = CheckFailed,
        ["block-malformed"] = Validation,
        ["block-mismatch"] = Validation,
        ["car-malformed"] = Validation,
        ["car-too-large"] = Validation,
        ["codec-unsupported"] = Validation,
        ["disk-denied"] = PermissionOrLock,
        ["export-exists"] = Validation,
        ["export-name-unsafe"] = Validation,
        ["export-too-large"] = Validation,
        ["not-a-directory"] = Validation,
        ["not-a-file"] = Validation,
        ["option-conflict"] = Usage,
        ["pin-not-found"] = NotFound,
        ["quota-exceeded"] = PermissionOrLock,
        ["check-failed"] = CheckFailed,
        ["disk-failed"] = PermissionOrLock,
        ["genesis-damaged"] = CheckFailed,
        ["genesis-fixed"] = Validation,
        ["genesis-missing"] = NotFound,
        ["index-damaged"] = CheckFailed,
        ["index-of-other-ledger"] = CheckFailed,
        ["journal-damaged"] = CheckFailed,
        ["journal-of-other-network"] = Validation,
        ["key-damaged"] = CheckFailed,
        ["ledger-in-use"] = PermissionOrLock,
        ["replay-differs"] = CheckFailed,
        ["snapshot-unreadable"] = CheckFailed,
        ["state-missing"] = CheckFailed,
        ["token-missing"] = NotFound,
        ["power-refused"] = Validation,
        ["genesis-invalid"] = Validation,
        ["bundle-invalid"] = Validation,
        ["build-failed"] = Validation,
        ["config-invalid"] = Validation,
        ["confirmation-needed"] = Usage,
        ["executable-taken"] = PermissionOrLock,
        ["funds-insufficient"] = Funds,
        ["journal-missing"] = NotFound,
        ["network-not-local"] = NotFound,
        ["node-unknown"] = NotFound,
        ["phase-unknown"] = Usage,
        ["task-not-running"] = NotFound,
        ["timers-on"] = Validation,
        ["journal-unreadable"] = CheckFailed,
        ["key-missing"] = NotFound,
        ["ledger-refused"] = Network,
        ["network-unknown"] = NotFound,
        ["npm-missing"] = NotFound,
        ["option-invalid"] = Usage,
        ["program-missing"] = NotFound,
        ["project-ambiguous"] = Validation,
        ["results-missing"] = NotFound,
        ["round-missing"] = NotFound,
        ["store-missing"] = Usage,
        ["store-unreachable"] = Network,
        ["task-ambiguous"] = Usage,
        ["scenario-invalid"] = Usage,
        ["simulation-unsupported"] = Validation,
        ["task-type-ambiguous"] = Usage,
        ["task-type-missing"] = NotFound,
        ["task-deployed"] = Validation,
        ["task-moved"] = Validation,
        ["not-manager"] = PermissionOrLock,
        ["task-not-found"] = NotFound,
        ["task-unfundable"] = Validation,
        ["task-unnamed"] = NotFound,
        ["folder-not-empty"] = Validation,
        ["name-invalid"] = Validation,
        ["sdk-missing"] = NotFound,
        ["template-unknown"] = NotFound,
        ["type-unsupported"] = Validation,
        ["upload-failed"] = Rejected,
        ["network-running"] = PermissionOrLock,
        ["network-stuck"] = PermissionOrLock,
        ["network-start-failed"] = Unexpected,
        ["environment-invalid"] = Validation,
        ["environment-missing"] = NotFound,
        ["key-unreadable"] = Validation,
        ["sandbox-missing"] = NotFound,
        ["amount-below-rent"] = Validation,
        ["amount-invalid"] = Validation,
        ["cancelled"] = Interrupted,
        ["consent-missing"] = Usage,
        ["fee-missing"] = Funds,
        ["node-unreachable"] = Network,
        ["operator-access-missing"] = NotFound,
        ["outcome-unknown"] = OutcomeUnknown,
        ["recipient-not-wallet"] = Validation,
        ["request-invalid"] = Usage,
        ["role-too-low"] = PermissionOrLock,
        ["roster-unreadable"] = CheckFailed,
        ["saga-differs"] = Validation,
        ["saga-under-way"] = PermissionOrLock,
        ["saga-unknown"] = NotFound,
        ["stake-below-minimum"] = Validation,
        ["stake-locked"] = PermissionOrLock,
        ["staking-key-in-use"] = Validation,
        ["task-inactive"] = Validation,
        ["task-not-moved"] = Validation,
        ["task-running"] = Validation,
        ["token-task"] = Validation,
        ["key-exists"] = Validation,
        ["key-store-too-new"] = Validation,
        ["file-exists"] = Unexpected,
        ["memory-missing"] = PermissionOrLock,
        ["passphrase-differs"] = Validation,
        ["passphrase-missing"] = Usage,
        ["passphrase-weak"] = Validation,
        ["passphrase-wrong"] = PermissionOrLock,
        ["phrase-invalid"] = Validation,
        ["scheme-missing"] = Usage,
        ["secret-unreadable"] = NotFound,
        ["tasks-missing"] = Validation,
        ["task-folder-missing"] = NotFound,
    };

    /// <summary>The exit code for a failure; <see cref="Unexpected"/> for one that has none of its own.</summary>
    public static int For(PondException exception) => ByCode.GetValueOrDefault(exception.Code, Unexpected);
}
