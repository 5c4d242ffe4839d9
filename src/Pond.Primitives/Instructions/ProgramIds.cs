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

    /// <summary>Sets a transaction's limits and its priority fee.</summary>
    public static readonly Pubkey ComputeBudget = Pubkey.Parse("ComputeBudget111111111111111111111111111111");

    /// <summary>Writes a text into the log.</summary>
    public static readonly Pubkey MemoV1 = Pubkey.Parse("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo");

    /// <summary>Writes a text into the log; every account it is given must sign.</summary>
    public static readonly Pubkey Memo = Pubkey.Parse("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

    /// <summary>Moves tokens; SPL Token, which KPL tokens are too.</summary>
    public static readonly Pubkey Token = Pubkey.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    /// <summary>Gives each wallet one well-known account per token.</summary>
    public static readonly Pubkey AssociatedToken = Pubkey.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");

    /// <summary>The mint of wrapped lamports.</summary>
    public static readonly Pubkey NativeMint = Pubkey.Parse("So11111111111111111111111111111111111111112");

    /// <summary>An address that nobody holds the key of, to which people send what shall be gone.</summary>
    public static readonly Pubkey Incinerator = Pubkey.Parse("1nc1nerator11111111111111111111111111111111");

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

    /// <summary>The sysvar with the last 512 blocks' slots and hashes.</summary>
    public static readonly Pubkey SlotHashes = Pubkey.Parse("SysvarS1otHashes111111111111111111111111111");

    /// <summary>The sysvar that says which of the last million slots have blocks.</summary>
    public static readonly Pubkey SlotHistory = Pubkey.Parse("SysvarS1otHistory11111111111111111111111111");

    /// <summary>The sysvar with the last 150 blocks' hashes; nonce instructions name it.</summary>
    public static readonly Pubkey RecentBlockhashes = Pubkey.Parse("SysvarRecentB1ockHashes11111111111111111111");

    /// <summary>The sysvar with the stake of past epochs.</summary>
    public static readonly Pubkey StakeHistory = Pubkey.Parse("SysvarStakeHistory1111111111111111111111111");

    /// <summary>The sysvar with the price of a signature.</summary>
    public static readonly Pubkey Fees = Pubkey.Parse("SysvarFees111111111111111111111111111111111");

    /// <summary>The sysvar that shows a program its transaction's instructions. It is no account that can be read.</summary>
    public static readonly Pubkey Instructions = Pubkey.Parse("Sysvar1nstructions1111111111111111111111111");

    /// <summary>The sysvar with the slot of the last restart.</summary>
    public static readonly Pubkey LastRestartSlot = Pubkey.Parse("SysvarLastRestartS1ot1111111111111111111111");

    /// <summary>Keeps tables of addresses that messages of version 0 load accounts from.</summary>
    public static readonly Pubkey AddressLookupTable = Pubkey.Parse("AddressLookupTab1e1111111111111111111111111");

    /// <summary>Checks Ed25519 signatures over any bytes, before its transaction runs.</summary>
    public static readonly Pubkey Ed25519 = Pubkey.Parse("Ed25519SigVerify111111111111111111111111111");

    /// <summary>The first loader of programs.</summary>
    public static readonly Pubkey BpfLoader1 = Pubkey.Parse("BPFLoader1111111111111111111111111111111111");

    /// <summary>The second loader of programs; it owns those that nobody can change.</summary>
    public static readonly Pubkey BpfLoader2 = Pubkey.Parse("BPFLoader2111111111111111111111111111111111");

    /// <summary>The loader of programs that their authority can replace.</summary>
    public static readonly Pubkey BpfLoaderUpgradeable = Pubkey.Parse("BPFLoaderUpgradeab1e11111111111111111111111");

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
        System, Task, TokenTask, ComputeBudget, MemoV1, Memo, Token, AssociatedToken, NativeLoader, SysvarOwner, Clock, Rent, EpochSchedule,
        SlotHashes, SlotHistory, RecentBlockhashes, StakeHistory, Fees, Instructions, LastRestartSlot,
        AddressLookupTable, Ed25519, BpfLoader1, BpfLoader2, BpfLoaderUpgradeable,
        .. new[]
        {
            "Stake11111111111111111111111111111111111111", "Vote111111111111111111111111111111111111111",
            "Config1111111111111111111111111111111111111", "StakeConfig11111111111111111111111111111111",
            "KeccakSecp256k11111111111111111111111111111", "SysvarRewards111111111111111111111111111111",
        }.Select(text => Pubkey.Parse(text)),
    ];
}
