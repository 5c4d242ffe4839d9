using System.Security.Cryptography;
using System.Text;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Server.LocalNetworks;

/// <summary>A KOII task in a genesis file; what its members mean is said at <see cref="TaskInstruction.CreateTask"/>.</summary>
public sealed record PlannedTask
{
    private const ulong MaxSpaceBytes = 10 * 1024 * 1024;

    /// <summary>The task's address, its id.</summary>
    public required string Address { get; init; }

    /// <summary>Who may update, start and stop it.</summary>
    public required string Manager { get; init; }

    /// <summary>Where its bounty lies; null for an address that follows from the task's.</summary>
    public string? StakePot { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>One line on it.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>The CID of its bundle.</summary>
    public required string Executable { get; init; }

    /// <summary>Where the bundle lies.</summary>
    public string ExecutableNetwork { get; init; } = "IPFS";

    /// <summary>What lies in the pot, in lamports.</summary>
    public required ulong TotalBounty { get; init; }

    /// <summary>What a round pays at most, in lamports.</summary>
    public required ulong BountyPerRound { get; init; }

    /// <summary>The length of a round, in slots.</summary>
    public required ulong RoundTime { get; init; }

    /// <summary>The length of the submission window, in slots.</summary>
    public required ulong SubmissionWindow { get; init; }

    /// <summary>The length of the audit window, in slots.</summary>
    public required ulong AuditWindow { get; init; }

    /// <summary>The least stake, in lamports.</summary>
    public required ulong MinimumStake { get; init; }

    /// <summary>The CID of its metadata.</summary>
    public string Metadata { get; init; } = string.Empty;

    /// <summary>Its variables, such as <c>class=A</c>.</summary>
    public string Variables { get; init; } = string.Empty;

    /// <summary>How many further attempts a round has after a failed payout.</summary>
    public ulong AllowedFailedDistributions { get; init; }

    /// <summary>The size of its account.</summary>
    public ulong SpaceBytes { get; init; } = 1024 * 1024;

    /// <summary>Whether nodes may work for it from the start.</summary>
    public bool Active { get; init; } = true;

    /// <summary>Whether the network's managers vouch for it.</summary>
    public bool Allowlisted { get; init; } = true;

    /// <summary>The task.</summary>
    /// <param name="parse">Reads an address, or says which one is none.</param>
    /// <exception cref="ArgumentException">A text or a number is too long.</exception>
    internal GenesisTask ToTask(Func<string, Pubkey> parse)
    {
        if (SpaceBytes > MaxSpaceBytes)
        {
            throw new ArgumentException($"The task {Address} has {SpaceBytes} bytes; at most {MaxSpaceBytes} are possible.", nameof(parse));
        }

        var address = parse(Address);
        var task = new GenesisTask
        {
            Address = address,
            StakePot = StakePot is null ? PotOf(address) : parse(StakePot),
            Manager = parse(Manager),
            SpaceBytes = SpaceBytes,
            IsActive = Active,
            IsAllowlisted = Allowlisted,
            Settings = new TaskInstruction.CreateTask
            {
                Name = Name,
                Description = Description,
                Executable = Executable,
                ExecutableNetwork = ExecutableNetwork,
                TotalBounty = new Lamports(TotalBounty),
                BountyPerRound = new Lamports(BountyPerRound),
                RoundTime = RoundTime,
                AuditWindow = AuditWindow,
                SubmissionWindow = SubmissionWindow,
                MinimumStake = new Lamports(MinimumStake),
                Metadata = Metadata,
                Variables = Variables,
                AllowedFailedDistributions = AllowedFailedDistributions,
            },
        };
        // What does not fit into the instruction's fields is noticed now, while the file can still be named.
        _ = task.Settings.Encode(TaskKind.Koii);
        return task;
    }

    // The same for the same task, so that equal files make equal networks.
    private static Pubkey PotOf(Pubkey task)
    {
        var attempt = 0;
        return ProgramAddress.FindStakePot(() => SHA256.HashData(
            Encoding.ASCII.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"pond genesis pot {task} {attempt++}"))));
    }
}
