using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <summary>
/// One call of the KOII task program, in the byte layout of Koii's clients: docs/protocol/tasks.md has the tables.
/// </summary>
/// <remarks>
/// Texts are UTF-8, filled up with blanks on the wire and given back without them. Numbers are signed 64-bit on the wire; a
/// negative one does not parse.
/// </remarks>
public abstract record TaskInstruction
{
    /// <summary>The largest number a client in JavaScript can read back: 2^53 - 1.</summary>
    public const ulong MaxNumber = (1UL << 53) - 1;

    /// <summary>The longest submission in bytes.</summary>
    public const int SubmissionSizeBytes = 512;

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

        /// <summary>The call. The account of <paramref name="task"/> must have been created before, owned by the program.</summary>
        public Instruction ToInstruction(Pubkey payer, Pubkey task, Pubkey pot) => Call(
            AccountMeta.Signer(payer), AccountMeta.Signer(task), AccountMeta.Writable(pot), AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode() => new Writer(0)
            .Text(Name, NameSizeBytes).Text(Description, TextSizeBytes).Text(Executable, TextSizeBytes)
            .Text(ExecutableNetwork, TextSizeBytes).Number(TotalBounty.Value).Number(BountyPerRound.Value).Number(RoundTime)
            .Number(AuditWindow).Number(SubmissionWindow).Number(MinimumStake.Value).Text(Metadata, TextSizeBytes)
            .Text(Variables, TextSizeBytes).Number(AllowedFailedDistributions).ToArray();
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
        public override byte[] Encode() => new Writer(1).Text(Value, SubmissionSizeBytes).Number(Round.Value).ToArray();
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
        public override byte[] Encode() => new Writer(2).Number((ulong)Verdict).Number(Round.Value).ToArray();
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
        public override byte[] Encode() => new Writer(3).Number((ulong)Verdict).Number(Round.Value).ToArray();
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
        public override byte[] Encode() => new Writer(4).Number(Round.Value).ToArray();
    }

    /// <summary>Sets whether discovery shows the task (index 5). For the network's managers.</summary>
    /// <param name="IsAllowlisted">The new value.</param>
    public sealed record Whitelist(bool IsAllowlisted) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey manager) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(manager), AccountMeta.ReadOnly(ProgramAddress.TaskManagers));

        /// <inheritdoc/>
        public override byte[] Encode() => new Writer(5).Number(IsAllowlisted ? 1UL : 0).ToArray();
    }

    /// <summary>Starts or stops a task (index 6). For its manager and for the network's managers.</summary>
    /// <param name="IsActive">The new value.</param>
    public sealed record SetActive(bool IsActive) : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey manager) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(manager), AccountMeta.ReadOnly(ProgramAddress.TaskManagers));

        /// <inheritdoc/>
        public override byte[] Encode() => new Writer(6).Number(IsActive ? 1UL : 0).ToArray();
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
        public override byte[] Encode() => new Writer(7).ToArray();
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
        public override byte[] Encode() => new Writer(8).Number(Amount.Value).ToArray();
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
        public override byte[] Encode() => new Writer(9).Number(Amount.Value).Text(Address, TextSizeBytes).ToArray();
    }

    /// <summary>Moves a node's whole stake to what it can claim (index 10).</summary>
    public sealed record Withdraw : TaskInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey task, Pubkey staker) => Call(
            AccountMeta.Writable(task), AccountMeta.Signer(staker), AccountMeta.ReadOnly(ProgramIds.Clock));

        /// <inheritdoc/>
        public override byte[] Encode() => new Writer(10).ToArray();
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
        public override byte[] Encode()
        {
            var writer = new Writer(11).Chunk(Index, Data.AsSpan());
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
        public override byte[] Encode() => new Writer(12).Number(Round.Value).ToArray();
    }

    /// <summary>The instruction's data.</summary>
    /// <exception cref="ArgumentException">A text is too long or a number above <see cref="MaxNumber"/>.</exception>
    public abstract byte[] Encode();

    /// <summary>Reads an instruction's data.</summary>
    /// <returns>
    /// False if the index is unknown, the length is not one that the index has, or a number is negative, above <see cref="MaxNumber"/>,
    /// or no verdict or flag where one is meant.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out TaskInstruction? instruction)
    {
        instruction = null;
        if (data.IsEmpty)
        {
            return false;
        }

        var reader = new Reader(data[1..]);
        var parsed = Parse(data[0], data.Length, ref reader);
        instruction = reader.IsGood ? parsed : null;
        return instruction is not null;
    }

    private static TaskInstruction? Parse(byte index, int length, ref Reader reader) => (index, length) switch
    {
        (0, 401) => ParseCreateTask(ref reader),
        (1, 521) => new SubmitTask(reader.Text(SubmissionSizeBytes), reader.Round()),
        (2, 17) => new AuditSubmissions(reader.Verdict(), reader.Round()),
        (3, 17) => new AuditDistribution(reader.Verdict(), reader.Round()),
        (4, 9) => new Payout(reader.Round()),
        (5, 9) => new Whitelist(reader.Flag()),
        (6, 9) => new SetActive(reader.Flag()),
        (7, 1) => new ClaimReward(),
        (8, 9) => new FundTask(reader.Lamports()),
        (9, 9) => new Stake(reader.Lamports(), string.Empty),
        (9, 73) => new Stake(reader.Lamports(), reader.Text(TextSizeBytes)),
        (10, 1) => new Withdraw(),
        (11, 513) => ParseUpload(ref reader, hasRound: false),
        (11, 521) => ParseUpload(ref reader, hasRound: true),
        (12, 9) => new SubmitDistributionList(reader.Round()),
        _ => null,
    };

    // Field by field, because the order of evaluation is the order on the wire: audit window before submission window.
    private static CreateTask ParseCreateTask(ref Reader reader)
    {
        var name = reader.Text(NameSizeBytes);
        var description = reader.Text(TextSizeBytes);
        var executable = reader.Text(TextSizeBytes);
        var network = reader.Text(TextSizeBytes);
        var totalBounty = reader.Lamports();
        var bountyPerRound = reader.Lamports();
        var roundTime = reader.Number();
        var auditWindow = reader.Number();
        var submissionWindow = reader.Number();
        var minimumStake = reader.Lamports();
        var metadata = reader.Text(TextSizeBytes);
        var variables = reader.Text(TextSizeBytes);
        return new CreateTask
        {
            Name = name,
            Description = description,
            Executable = executable,
            ExecutableNetwork = network,
            TotalBounty = totalBounty,
            BountyPerRound = bountyPerRound,
            RoundTime = roundTime,
            AuditWindow = auditWindow,
            SubmissionWindow = submissionWindow,
            MinimumStake = minimumStake,
            Metadata = metadata,
            Variables = variables,
            AllowedFailedDistributions = reader.Number(),
        };
    }

    private static UploadDistributionList ParseUpload(ref Reader reader, bool hasRound)
    {
        var index = reader.Chunk(out var data);
        return new(index, data, hasRound ? reader.Round() : null);
    }

    private protected Instruction Call(params ImmutableArray<AccountMeta> accounts) => new(ProgramIds.Task, accounts, [.. Encode()]);

    private sealed class Writer(byte index)
    {
        private readonly List<byte> _bytes = [index];

        internal Writer Text(string text, int sizeBytes)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            if (bytes.Length > sizeBytes)
            {
                throw new ArgumentException($"'{text}' is {bytes.Length} bytes long; the field holds {sizeBytes}.", nameof(text));
            }

            _bytes.AddRange(bytes);
            _bytes.AddRange(Enumerable.Repeat((byte)' ', sizeBytes - bytes.Length));
            return this;
        }

        internal Writer Number(ulong number)
        {
            if (number > MaxNumber)
            {
                throw new ArgumentException($"{number} is above 2^53 - 1, which clients cannot read back.", nameof(number));
            }

            Span<byte> bytes = stackalloc byte[NumberSizeBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
            _bytes.AddRange(bytes);
            return this;
        }

        internal Writer Chunk(ushort index, ReadOnlySpan<byte> data)
        {
            if (data.Length > ChunkDataSizeBytes)
            {
                throw new ArgumentException($"A part holds {ChunkDataSizeBytes} bytes, not {data.Length}.", nameof(data));
            }

            Span<byte> bytes = stackalloc byte[SubmissionSizeBytes];
            bytes.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, index);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)data.Length);
            data.CopyTo(bytes[4..]);
            _bytes.AddRange(bytes);
            return this;
        }

        internal byte[] ToArray() => [.. _bytes];
    }

    private ref struct Reader(ReadOnlySpan<byte> source)
    {
        private ReadOnlySpan<byte> _rest = source;

        internal bool IsGood { get; private set; } = true;

        internal string Text(int sizeBytes)
        {
            var bytes = Take(sizeBytes);
            var end = bytes.IndexOf((byte)0);
            // Malformed UTF-8 becomes replacement characters: a text is shown, never interpreted as bytes.
            return System.Text.Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).TrimEnd(' ');
        }

        internal ulong Number()
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(Take(NumberSizeBytes));
            IsGood &= number <= MaxNumber;
            return number;
        }

        internal Lamports Lamports() => new(Number());

        internal Round Round() => new(Number());

        internal Verdict Verdict()
        {
            var number = Number();
            IsGood &= number <= (ulong)Tasks.Verdict.Abstain;
            return (Verdict)(byte)number;
        }

        internal bool Flag()
        {
            var number = Number();
            IsGood &= number <= 1;
            return number == 1;
        }

        internal ushort Chunk(out ImmutableArray<byte> data)
        {
            var bytes = Take(SubmissionSizeBytes);
            var size = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            // The known clients write 508 as the size of every part, and fill the last part with NULs.
            IsGood &= size is > 0 and <= ChunkDataSizeBytes;
            data = IsGood ? [.. bytes.Slice(4, size)] : [];
            return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
