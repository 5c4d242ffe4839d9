using System.Collections.Immutable;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <summary>
/// One call of a task program, in the byte layout of Koii's clients: docs/protocol/tasks.md has the tables. The two programs share the calls,
/// and differ in how wide a flag is and in the numbers of the last three.
/// </summary>
/// <remarks>
/// Texts are UTF-8, filled up with blanks on the wire and given back without them. Numbers are signed 64-bit on the wire; a
/// negative one does not parse.
/// </remarks>
public abstract partial record TaskInstruction
{
    /// <summary>The largest number a client in JavaScript can read back: 2^53 - 1.</summary>
    public const ulong MaxNumber = (1UL << 53) - 1;

    /// <summary>The longest submission in bytes.</summary>
    public const int SubmissionSizeBytes = 512;

    /// <summary>The longest distribution list that a ledger takes, filling included: 25,000 entries of some 70 bytes.</summary>
    public const int MaxListSizeBytes = 2_000_000;

    /// <summary>How many bytes of a distribution list one upload carries.</summary>
    public const int ChunkDataSizeBytes = SubmissionSizeBytes - (2 * sizeof(ushort));

    private const int NameSizeBytes = 24;
    private const int TextSizeBytes = 64;
    private const int NumberSizeBytes = sizeof(long);

    private TaskInstruction()
    {
    }

    /// <summary>Fills a new task account (index 0). The payer becomes the task's manager and pays the bounty.</summary>
    public sealed record CreateTask : TaskInstruction
    {
        /// <summary>The name; at most 24 bytes.</summary>
        public required string Name { get; init; }

        /// <summary>One line; at most 64 bytes, like all the texts that follow.</summary>
        public required string Description { get; init; }

        /// <summary>The CID of the bundle that nodes run.</summary>
        public required string Executable { get; init; }

        /// <summary>Where the bundle lies: <c>IPFS</c>, <c>ARWEAVE</c> or <c>DEVELOPMENT</c>.</summary>
        public required string ExecutableNetwork { get; init; }

        /// <summary>What the payer puts into the pot.</summary>
        public required Lamports TotalBounty { get; init; }

        /// <summary>What one round pays at most.</summary>
        public required Lamports BountyPerRound { get; init; }

        /// <summary>The length of a round in slots.</summary>
        public required ulong RoundTime { get; init; }

        /// <summary>The length of the audit window in slots.</summary>
        public required ulong AuditWindow { get; init; }

        /// <summary>The length of the submission window in slots.</summary>
        public required ulong SubmissionWindow { get; init; }

        /// <summary>The least stake with which a node may submit.</summary>
        public required Lamports MinimumStake { get; init; }

        /// <summary>The CID of the task's metadata.</summary>
        public required string Metadata { get; init; }

        /// <summary>The task's variables, such as <c>class=A;fallback=equal</c>.</summary>
        public required string Variables { get; init; }

        /// <summary>How many further attempts a round has after a failed payout; at most 255.</summary>
        public required ulong AllowedFailedDistributions { get; init; }

        /// <summary>Of what the token vault's authority is derived: <see cref="ProgramAddress.VaultSeed"/>. Null in a KOII task.</summary>
        public Hash? PotSeed { get; init; }

        /// <summary>The call. The account of <paramref name="task"/> must have been created before, owned by the program.</summary>
        public Instruction ToInstruction(Pubkey payer, Pubkey task, Pubkey pot) => Call(
            AccountMeta.Signer(payer), AccountMeta.Signer(task), AccountMeta.Writable(pot), AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => EncodeSettings(new Writer(kind, 0), hasTotal: true);

        internal byte[] EncodeSettings(Writer writer, bool hasTotal)
        {
            _ = writer.Text(Name, NameSizeBytes).Text(Description, TextSizeBytes).Text(Executable, TextSizeBytes)
                .Text(ExecutableNetwork, TextSizeBytes);
            return (hasTotal ? writer.Number(TotalBounty.Value) : writer)
                .Number(BountyPerRound.Value).Number(RoundTime).Number(AuditWindow).Number(SubmissionWindow)
                .Number(MinimumStake.Value).Text(Metadata, TextSizeBytes).Text(Variables, TextSizeBytes)
                .Number(AllowedFailedDistributions).Seed(PotSeed).ToArray();
        }
    }

    /// <summary>Hands in a round's result (index 1).</summary>
    /// <param name="Value">Usually a CID; at most 512 bytes.</param>
    /// <param name="Round">The round whose work it is.</param>
    public sealed record SubmitTask(string Value, Round Round) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey submitter) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(submitter), AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 1).Text(Value, SubmissionSizeBytes).Number(Round.Value).ToArray();
    }

    /// <summary>Gives a verdict on a submission (index 2).</summary>
    /// <param name="Verdict">The verdict. Koii's clients know 0 and 1; Abstain is ours.</param>
    /// <param name="Round">The submission's round.</param>
    public sealed record AuditSubmissions(Verdict Verdict, Round Round) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey voter, Pubkey candidate) => Call(
            AccountMeta.Writable(task),
            AccountMeta.Signer(voter),
            AccountMeta.ReadOnly(candidate),
            AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 2).Byte((byte)Verdict).Number(Round.Value).ToArray();
    }

    /// <summary>Gives a verdict on a distribution list (index 3).</summary>
    /// <param name="Verdict">The verdict.</param>
    /// <param name="Round">The list's round.</param>
    public sealed record AuditDistribution(Verdict Verdict, Round Round) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey voter, Pubkey author) => Call(
            AccountMeta.Writable(task),
            AccountMeta.Signer(voter),
            AccountMeta.Writable(author),
            AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 3).Byte((byte)Verdict).Number(Round.Value).ToArray();
    }

    /// <summary>Settles a round (index 4): anybody may send it once the round's windows are over.</summary>
    /// <param name="Round">The round.</param>
    public sealed record Payout(Round Round) : TaskInstruction
    {
        /// <summary>The call.</summary>
        /// <param name="task">The task.</param>
        /// <param name="author">The author of the list that is to be paid; any key for a round without a list.</param>
        public Instruction ToInstruction(Pubkey task, Pubkey author) => Call(
            AccountMeta.Writable(task), AccountMeta.ReadOnly(ProgramIds.Clock), AccountMeta.Writable(author));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 4).Number(Round.Value).ToArray();
    }

    /// <summary>Sets whether discovery shows the task (index 5). For the network's managers.</summary>
    /// <param name="IsAllowlisted">The new value.</param>
    public sealed record Whitelist(bool IsAllowlisted) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey manager) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(manager), AccountMeta.ReadOnly(ProgramAddress.TaskManagers));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 5).Byte(IsAllowlisted ? (byte)1 : (byte)0).ToArray();
    }

    /// <summary>Starts or stops a task (index 6). For its manager and for the network's managers.</summary>
    /// <param name="IsActive">The new value.</param>
    public sealed record SetActive(bool IsActive) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey manager) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(manager), AccountMeta.ReadOnly(ProgramAddress.TaskManagers));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 6).Byte(IsActive ? (byte)1 : (byte)0).ToArray();
    }

    /// <summary>Takes all that the claimer has earned out of the pot (index 7).</summary>
    public sealed record ClaimReward : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey claimer, Pubkey pot, Pubkey beneficiary) => Call(
            AccountMeta.Writable(task),
            AccountMeta.Signer(claimer),
            AccountMeta.Writable(pot),
            AccountMeta.Writable(beneficiary));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 7).ToArray();
    }

    /// <summary>Adds to the bounty (index 8).</summary>
    /// <param name="Amount">How much.</param>
    public sealed record FundTask(Lamports Amount) : TaskInstruction
    {
        /// <summary>The call. The funder's account is owned by the task program, or by the System program and without data.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey funder, Pubkey pot) => Call(
            AccountMeta.Writable(task),
            AccountMeta.Signer(funder),
            AccountMeta.Writable(pot),
            AccountMeta.ReadOnly(ProgramIds.System),
            AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 8).Number(Amount.Value).ToArray();
    }

    /// <summary>Adds to a node's stake (index 9).</summary>
    /// <param name="Amount">How much.</param>
    /// <param name="Address">Where the node can be reached, at most 64 bytes; blank removes what was known.</param>
    public sealed record Stake(Lamports Amount, string Address) : TaskInstruction
    {
        /// <summary>The call. The staker's account is owned by the task program.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey staker, Pubkey pot) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(staker), AccountMeta.Writable(pot), AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 9).Number(Amount.Value).Text(Address, TextSizeBytes).ToArray();
    }

    /// <summary>Moves a node's whole stake to what it can claim (index 10).</summary>
    public sealed record Withdraw : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey staker) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(staker), AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 10).ToArray();
    }

    /// <summary>Uploads a part of a distribution list (index 11).</summary>
    /// <param name="Index">Which part, from 0; part 0 starts a new list.</param>
    /// <param name="Data">The part: 508 bytes, but for the list's last one, which ends where the list ends.</param>
    /// <param name="Round">The list's round; null in the older layout, which has none.</param>
    public sealed record UploadDistributionList(ushort Index, ImmutableArray<byte> Data, Round? Round) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey author) =>
            Call(AccountMeta.ReadOnly(task), AccountMeta.Signer(author));

        /// <summary>Cuts a list into its parts.</summary>
        public static ImmutableArray<UploadDistributionList> Split(ReadOnlySpan<byte> list, Round round)
        {
            var parts = ImmutableArray.CreateBuilder<UploadDistributionList>();
            for (var start = 0; start < list.Length; start += ChunkDataSizeBytes)
            {
                var size = Math.Min(ChunkDataSizeBytes, list.Length - start);
                parts.Add(new((ushort)parts.Count, [.. list.Slice(start, size)], round));
            }

            return parts.ToImmutable();
        }

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind)
        {
            var writer = new Writer(kind, 11).Chunk(Index, Data.AsSpan());
            return (Round is { } round ? writer.Number(round.Value) : writer).ToArray();
        }
    }

    /// <summary>Hands in the uploaded list (index 12).</summary>
    /// <param name="Round">The list's round.</param>
    public sealed record SubmitDistributionList(Round Round) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey author) => Call(
            AccountMeta.Writable(task),
            AccountMeta.Signer(author),
            AccountMeta.Signer(author),
            AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode(TaskKind kind) => new Writer(kind, 12).Number(Round.Value).ToArray();
    }
}
