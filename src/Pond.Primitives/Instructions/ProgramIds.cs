namespace Pond.Primitives.Instructions;

/// <summary>The fixed addresses of K2: programs, sysvars, and the accounts that exist from the first block on.</summary>
public static class ProgramIds
{
    /// <summary>Creates accounts and moves lamports. All bytes are zero, so it is also <c>default</c>.</summary>
    public static readonly Pubkey System = Pubkey.Parse("11111111111111111111111111111111");

    /// <summary>The native KOII task program.</summary>
    public static readonly Pubkey Task = Pubkey.Parse("Koiitask22222222222222222222222222222222222");

    /// <summary>The task program for tasks that pay in tokens.</summary>
    public static readonly Pubkey TokenTask = Pubkey.Parse("KPLTRVs6jA7QTthuJH2cEmyCEskFbSV2xpZw46cganN");

    /// <summary>The SPL token program.</summary>
    public static readonly Pubkey Token = Pubkey.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    /// <summary>Sets a transaction's limits and its priority fee.</summary>
    public static readonly Pubkey ComputeBudget = Pubkey.Parse("ComputeBudget111111111111111111111111111111");

    /// <summary>Writes a text into the log.</summary>
    public static readonly Pubkey MemoV1 = Pubkey.Parse("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo");

    /// <summary>Writes a text into the log; every account it is given must sign.</summary>
    public static readonly Pubkey Memo = Pubkey.Parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

    /// <summary>Owns the native programs.</summary>
    public static readonly Pubkey NativeLoader = Pubkey.Parse("NativeLoader1111111111111111111111111111111");

    /// <summary>Owns the sysvars.</summary>
    public static readonly Pubkey SysvarOwner = Pubkey.Parse("Sysvar1111111111111111111111111111111111111");

    /// <summary>The sysvar with slot, epoch and time.</summary>
    public static readonly Pubkey Clock = Pubkey.Parse("SysvarC1ock11111111111111111111111111111111");

    /// <summary>The sysvar with the price of storage.</summary>
    public static readonly Pubkey Rent = Pubkey.Parse("SysvarRent111111111111111111111111111111111");

    /// <summary>The sysvar with the epochs' length.</summary>
    public static readonly Pubkey EpochSchedule = Pubkey.Parse("SysvarEpochSchedu1e111111111111111111111111");

    /// <summary>Where slashed stake goes. Nobody holds its key.</summary>
    public static readonly Pubkey Burn = Pubkey.Parse("BurnToken2222222222222222222222222222222222");

    /// <summary>The task without work that the desktop node uses to move lamports out of a staking wallet.</summary>
    public static readonly Pubkey DummyTask = Pubkey.Parse("9tHF7JcKvsDdYKeFA3eXKMAz4mw3ofaBDrC1ArwYoUJB");

    /// <summary>The stake pot of <see cref="DummyTask"/>.</summary>
    public static readonly Pubkey DummyTaskPot = Pubkey.Parse("stakepotaccounty3joR5z8jhAkQLrpvZZ1wJ4XPfLC");

    /// <summary>Whether the account is one of the chain's own, which no transaction may lock for writing.</summary>
    public static bool IsReserved(Pubkey key) => Reserved.Contains(key);

    private static readonly HashSet<Pubkey> Reserved =
    [
        System, Task, TokenTask, ComputeBudget, MemoV1, Memo, NativeLoader, SysvarOwner, Clock, Rent, EpochSchedule,
        .. new[]
        {
            "Stake11111111111111111111111111111111111111", "Vote111111111111111111111111111111111111111",
            "Config1111111111111111111111111111111111111", "BPFLoader1111111111111111111111111111111111",
            "BPFLoader2111111111111111111111111111111111", "BPFLoaderUpgradeab1e11111111111111111111111",
            "Ed25519SigVerify111111111111111111111111111", "KeccakSecp256k11111111111111111111111111111",
            "AddressLookupTab1e1111111111111111111111111", "SysvarRecentB1ockHashes11111111111111111111",
            "SysvarS1otHashes111111111111111111111111111", "SysvarS1otHistory11111111111111111111111111",
            "SysvarStakeHistory1111111111111111111111111", "SysvarFees111111111111111111111111111111111",
            "SysvarRewards111111111111111111111111111111", "Sysvar1nstructions1111111111111111111111111",
            "SysvarLastRestartS1ot1111111111111111111111",
        }.Select(text => Pubkey.Parse(text)),
    ];
}
