using System.Collections.Immutable;
using System.Text;
using Pond.Ledger.Accounts;
using Pond.Ledger.Programs;
using Pond.Ledger.Tasks;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Tokens;

namespace Pond.Ledger;

/// <summary>The accounts that exist before the first transaction.</summary>
internal static class GenesisState
{
    // Half a million years at 400 ms: the task without work never gets to its first round.
    private const ulong DummyRoundTime = 1UL << 45;
    private const ulong DummySpaceBytes = 10_000;

    /// <summary>The accounts that there are at first.</summary>
    /// <exception cref="ArgumentException">The genesis has something in the place of an account of the ledger itself.</exception>
    internal static IReadOnlyCollection<(Pubkey Key, StoredAccount Account)> AccountsOf(Genesis genesis, IEnumerable<IProgram> programs)
    {
        var accounts = BuiltIn(genesis, programs);
        Add(accounts, genesis);
        accounts.EnsureCapacity(accounts.Count + genesis.Balances.Count);
        foreach (var (key, lamports) in genesis.Balances)
        {
            Add(accounts, key, StoredAccount.Unused with { Lamports = lamports });
        }

        return Array.ConvertAll([.. accounts], pair => (pair.Key, pair.Value));
    }

    /// <summary>The sum of them, without making all of them.</summary>
    internal static Lamports SupplyOf(Genesis genesis, IEnumerable<IProgram> programs)
    {
        var sum = Lamports.Zero;
        var accounts = BuiltIn(genesis, programs);
        Add(accounts, genesis);
        foreach (var account in accounts.Values)
        {
            sum += account.Lamports;
        }

        foreach (var (_, lamports) in genesis.Balances)
        {
            sum += lamports;
        }

        return sum;
    }

    private static Dictionary<Pubkey, StoredAccount> BuiltIn(Genesis genesis, IEnumerable<IProgram> programs)
    {
        Dictionary<Pubkey, StoredAccount> accounts = [];
        foreach (var program in programs)
        {
            if (program.IsBuiltin)
            {
                SetProgram(accounts, program.Id, program.Name);
            }
            else
            {
                SetExempt(accounts, program.Id, ProgramIds.BpfLoader2, ProgramContent(program.Name), isExecutable: true);
            }
        }

        // Clients look whether the loaders are there. Nothing can be loaded, so a call of one is refused as no program.
        SetProgram(accounts, ProgramIds.BpfLoader1, "solana_bpf_loader_deprecated_program");
        SetProgram(accounts, ProgramIds.BpfLoader2, "solana_bpf_loader_program");
        SetProgram(accounts, ProgramIds.BpfLoaderUpgradeable, "solana_bpf_loader_upgradeable_program");

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
        return accounts;
    }

    // What the genesis has besides balances.
    private static void Add(Dictionary<Pubkey, StoredAccount> accounts, Genesis genesis)
    {
        foreach (var (key, account) in genesis.Accounts)
        {
            Add(accounts, key, Store(key, account));
        }

        foreach (var task in genesis.Tasks)
        {
            var state = TaskProgram.NewTask(genesis, default, task.Manager, task.StakePot, vault: null, task.SpaceBytes, task.Settings) with
            {
                IsActive = task.IsActive,
                IsAllowlisted = task.IsAllowlisted,
            };
            var fault = TaskProgram.FindParameterFault(state, isUpdate: false)
                ?? (ProgramAddress.IsStakePot(task.StakePot) ? null : $"{task.StakePot} is no stake pot address");
            if (fault is not null)
            {
                throw new ArgumentException($"The task {task.Address} can't begin: {fault}.", nameof(genesis));
            }

            Add(accounts, task.Address, new(Rent.MinimumFor(task.SpaceBytes), ProgramIds.Task, state));
            Add(accounts, task.StakePot, new(Rent.MinimumFor(0) + task.Settings.TotalBounty, ProgramIds.Task, new PotContent(task.Address)));
        }
    }

    private static StoredAccount Store(Pubkey key, Account account)
    {
        if (account.IsExecutable || account.Owner == ProgramIds.Task || account.Owner == ProgramIds.TokenTask
            || account.Owner == ProgramIds.SysvarOwner || account.Owner == ProgramIds.NativeLoader)
        {
            throw new ArgumentException($"{key} can't be in the genesis: programs, sysvars and what belongs to tasks are made by the ledger itself.", nameof(account));
        }

        return account.Lamports >= Rent.MinimumFor((ulong)account.Data.Length)
            ? new(account.Lamports, account.Owner, account.Data.IsEmpty ? BytesContent.Empty : new BytesContent(account.Data))
            : throw new ArgumentException(
                $"{key} starts with {account.Lamports.Value} lamports; {account.Data.Length} bytes of data need {Rent.MinimumFor((ulong)account.Data.Length).Value}.",
                nameof(account));
    }

    private static void Add(Dictionary<Pubkey, StoredAccount> accounts, Pubkey key, StoredAccount account)
    {
        if (!accounts.TryAdd(key, account))
        {
            throw new ArgumentException($"{key} is an account of the ledger itself, or stands in the genesis twice.", nameof(accounts));
        }
    }

    /// <summary>Commits to every field.</summary>
    internal static Hash HashOf(Genesis genesis)
    {
        using var bytes = new BlockHasher();
        AppendText(bytes, "pond genesis");
        AppendText(bytes, genesis.ClusterName);
        AppendKey(bytes, genesis.Producer);
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
            AppendKey(bytes, key);
            AppendNumber(bytes, checked((long)lamports.Value));
        }

        AppendNumber(bytes, genesis.TaskManagers.Length);
        foreach (var manager in genesis.TaskManagers)
        {
            AppendKey(bytes, manager);
        }

        // Networks without them are older than these members.
        if (!genesis.Accounts.IsEmpty)
        {
            AppendAccounts(bytes, genesis.Accounts);
        }

        if (!genesis.Tasks.IsEmpty)
        {
            AppendTasks(bytes, genesis.Tasks);
        }

        return bytes.Finish();
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

    private static void SetProgram(Dictionary<Pubkey, StoredAccount> accounts, Pubkey program, string name) =>
        accounts.Add(program, new(new(1), ProgramIds.NativeLoader, ProgramContent(name), IsExecutable: true));

    private static BytesContent ProgramContent(string name) => new([.. Encoding.UTF8.GetBytes(name)]);

    // Wrapped lamports need no supply: the accounts hold the lamports themselves.
    private static BytesContent NativeMint()
    {
        var data = new byte[Mint.SizeBytes];
        new Mint { Supply = 0, Decimals = 9, IsInitialized = true }.WriteTo(data);
        return new([.. data]);
    }

    private static void SetExempt(
        Dictionary<Pubkey, StoredAccount> accounts, Pubkey key, Pubkey owner, AccountContent content, bool isExecutable = false) =>
        accounts.Add(key, new(Rent.MinimumFor(content.SizeBytes), owner, content, isExecutable));

    private static void AppendAccounts(BlockHasher bytes, ImmutableSortedDictionary<Pubkey, Account> accounts)
    {
        AppendText(bytes, "accounts");
        AppendNumber(bytes, accounts.Count);
        foreach (var (key, account) in accounts)
        {
            AppendKey(bytes, key);
            AppendNumber(bytes, checked((long)account.Lamports.Value));
            AppendKey(bytes, account.Owner);
            AppendNumber(bytes, account.Data.Length);
            bytes.Append(account.Data.AsSpan());
        }
    }

    private static void AppendTasks(BlockHasher bytes, ImmutableArray<GenesisTask> tasks)
    {
        AppendText(bytes, "tasks");
        AppendNumber(bytes, tasks.Length);
        foreach (var task in tasks)
        {
            AppendKey(bytes, task.Address);
            AppendKey(bytes, task.StakePot);
            AppendKey(bytes, task.Manager);
            AppendNumber(bytes, checked((long)task.SpaceBytes));
            AppendNumber(bytes, (task.IsActive ? 1 : 0) | (task.IsAllowlisted ? 2 : 0));
            bytes.Append(task.Settings.Encode(TaskKind.Koii));
        }
    }

    private static void AppendKey(BlockHasher hash, Pubkey key) => hash.Append(key.Bytes);

    private static void AppendNumber(BlockHasher hash, long number) => hash.Append(unchecked((ulong)number));

    private static void AppendText(BlockHasher hash, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        AppendNumber(hash, utf8.Length);
        hash.Append(utf8);
    }
}
