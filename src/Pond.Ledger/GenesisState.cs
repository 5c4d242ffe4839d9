using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger.Accounts;
using Pond.Ledger.Programs;
using Pond.Ledger.Tasks;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger;

/// <summary>The accounts that exist before the first transaction.</summary>
internal static class GenesisState
{
    // Half a million years at 400 ms: the task without work never gets to its first round.
    private const ulong DummyRoundTime = 1UL << 45;
    private const ulong DummySpaceBytes = 10_000;

    internal static void Fill(AccountStore accounts, Genesis genesis, IEnumerable<IProgram> programs)
    {
        foreach (var program in programs)
        {
            var content = new BytesContent([.. Encoding.UTF8.GetBytes(program.Name)]);
            accounts.Set(program.Id, program.IsBuiltin
                ? new(new(1), ProgramIds.NativeLoader, content, IsExecutable: true)
                : new(Rent.MinimumFor(content.SizeBytes), ProgramIds.BpfLoader2, content, IsExecutable: true));
        }

        // Clients look whether the loaders are there. Nothing can be loaded, so a call of one is refused as no program.
        SetLoader(accounts, ProgramIds.BpfLoader1, "solana_bpf_loader_deprecated_program");
        SetLoader(accounts, ProgramIds.BpfLoader2, "solana_bpf_loader_program");
        SetLoader(accounts, ProgramIds.BpfLoaderUpgradeable, "solana_bpf_loader_upgradeable_program");

        SetExempt(accounts, ProgramIds.Clock, ProgramIds.SysvarOwner, new ClockContent(genesis));
        SetExempt(accounts, ProgramIds.Rent, ProgramIds.SysvarOwner, new BytesContent(Sysvars.RentData()));
        SetExempt(accounts, ProgramIds.EpochSchedule, ProgramIds.SysvarOwner, new BytesContent(Sysvars.EpochScheduleData(genesis)));
        SetExempt(accounts, ProgramIds.Fees, ProgramIds.SysvarOwner, new BytesContent(Sysvars.Fees()));
        SetExempt(accounts, ProgramIds.LastRestartSlot, ProgramIds.SysvarOwner, new BytesContent(Sysvars.LastRestartSlot()));
        SetExempt(accounts, ProgramIds.StakeHistory, ProgramIds.SysvarOwner, new BytesContent(Sysvars.StakeHistory()));
        SetExempt(accounts, ProgramIds.SlotHashes, ProgramIds.SysvarOwner, new ChainSysvarContent(ChainSysvar.SlotHashes));
        SetExempt(accounts, ProgramIds.SlotHistory, ProgramIds.SysvarOwner, new ChainSysvarContent(ChainSysvar.SlotHistory));
        SetExempt(accounts, ProgramIds.RecentBlockhashes, ProgramIds.SysvarOwner, new ChainSysvarContent(ChainSysvar.RecentBlockhashes));
        SetExempt(accounts, ProgramIds.NativeMint, ProgramIds.Token, NativeMint());
        // It exists, so that the smallest slash does not leave it below the rent-exempt minimum.
        SetExempt(accounts, ProgramIds.Burn, default, BytesContent.Empty);
        SetExempt(accounts, ProgramIds.DummyTask, ProgramIds.Task, DummyTask(genesis));
        SetExempt(accounts, ProgramIds.DummyTaskPot, ProgramIds.Task, new PotContent(ProgramIds.DummyTask));
        SetExempt(accounts, ProgramAddress.TaskManagers, ProgramIds.Task, new ManagerList(genesis.TaskManagers));
        SetExempt(accounts, ProgramAddress.TokenTaskManagers, ProgramIds.TokenTask, new ManagerList(genesis.TaskManagers));
        foreach (var (key, lamports) in genesis.Balances)
        {
            if (accounts.Find(key) is not null)
            {
                throw new ArgumentException($"{key} is an account of the ledger itself and can't have a balance in the genesis.", nameof(genesis));
            }

            accounts.Set(key, StoredAccount.Unused with { Lamports = lamports });
        }
    }

    /// <summary>Commits to every field.</summary>
    internal static Hash HashOf(Genesis genesis)
    {
        var bytes = new List<byte>();
        AppendText(bytes, "pond genesis");
        AppendText(bytes, genesis.ClusterName);
        bytes.AddRange(genesis.Producer.ToArray());
        AppendNumber(bytes, genesis.CreatedAt.ToUnixTimeSeconds());
        AppendNumber(bytes, (long)genesis.Rules);
        AppendNumber(bytes, genesis.SlashSharePercent);
        AppendNumber(bytes, genesis.AuditPayPercent);
        AppendNumber(bytes, genesis.BeaconDelaySlots);
        AppendNumber(bytes, genesis.SlotDuration.Ticks);
        AppendNumber(bytes, checked((long)genesis.SlotsPerEpoch));
        AppendNumber(bytes, genesis.IsLocal ? 1 : 0);
        AppendNumber(bytes, genesis.Balances.Count);
        foreach (var (key, lamports) in genesis.Balances)
        {
            bytes.AddRange(key.ToArray());
            AppendNumber(bytes, checked((long)lamports.Value));
        }

        AppendNumber(bytes, genesis.TaskManagers.Length);
        bytes.AddRange(genesis.TaskManagers.SelectMany(manager => manager.ToArray()));
        return new(SHA256.HashData([.. bytes]));
    }

    // The desktop node stakes, withdraws and claims here to get lamports out of a wallet that the task program owns.
    private static TaskState DummyTask(Genesis genesis) =>
        TaskProgram.NewTask(genesis, default, default, ProgramIds.DummyTaskPot, vault: null, DummySpaceBytes, new TaskInstruction.CreateTask
        {
            Name = "transfer",
            Description = "Moves KOII out of staking wallets",
            Executable = string.Empty,
            ExecutableNetwork = "DEVELOPMENT",
            TotalBounty = Lamports.Zero,
            BountyPerRound = Lamports.Zero,
            RoundTime = DummyRoundTime,
            AuditWindow = 1,
            SubmissionWindow = 1,
            MinimumStake = new(1),
            Metadata = string.Empty,
            Variables = string.Empty,
            AllowedFailedDistributions = 0,
        }) with
        { IsActive = true };

    private static void SetLoader(AccountStore accounts, Pubkey program, string name) => accounts.Set(
        program, new(new(1), ProgramIds.NativeLoader, new BytesContent([.. Encoding.UTF8.GetBytes(name)]), IsExecutable: true));

    // Wrapped lamports need no supply: the accounts hold the lamports themselves.
    private static BytesContent NativeMint()
    {
        var data = new byte[Mint.SizeBytes];
        new Mint { Supply = 0, Decimals = 9, IsInitialized = true }.WriteTo(data);
        return new([.. data]);
    }

    private static void SetExempt(AccountStore accounts, Pubkey key, Pubkey owner, AccountContent content) =>
        accounts.Set(key, new(Rent.MinimumFor(content.SizeBytes), owner, content));

    private static void AppendNumber(List<byte> bytes, long number)
    {
        var number8 = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number8, number);
        bytes.AddRange(number8);
    }

    private static void AppendText(List<byte> bytes, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        AppendNumber(bytes, utf8.Length);
        bytes.AddRange(utf8);
    }
}
