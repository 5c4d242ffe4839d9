using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <content>The bytes of both programs.</content>
public abstract partial record TaskInstruction
{
    /// <summary>The instruction's data for the KOII program.</summary>
    /// <exception cref="ArgumentException">A text is too long or a number above <see cref="MaxNumber"/>.</exception>
    public byte[] Encode() => Encode(TaskKind.Koii);

    /// <summary>The instruction's data as one of the programs wants it.</summary>
    /// <exception cref="ArgumentException">
    /// A text is too long, a number above <see cref="MaxNumber"/>, or the seed of a token task's vault is missing.
    /// </exception>
    public abstract byte[] Encode(TaskKind kind);

    /// <summary>Reads the data of an instruction of the KOII program.</summary>
    /// <returns>
    /// False if the index is unknown, the length is not one that the index has, or a number is negative, above <see cref="MaxNumber"/>,
    /// or no verdict or flag where one is meant.
    /// </returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out TaskInstruction? instruction) =>
        TryParse(data, TaskKind.Koii, out instruction);

    /// <summary>Reads the data of one of the programs' instructions.</summary>
    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out TaskInstruction?)"/>
    public static bool TryParse(ReadOnlySpan<byte> data, TaskKind kind, [NotNullWhen(true)] out TaskInstruction? instruction)
    {
        instruction = null;
        if (data.IsEmpty)
        {
            return false;
        }

        var reader = new Reader(data[1..], kind);
        var parsed = Parse(kind, data[0], data.Length, ref reader);
        instruction = reader.IsGood ? parsed : null;
        return instruction is not null;
    }

    private static TaskInstruction? Parse(TaskKind kind, byte index, int length, ref Reader reader) => (kind, index, length) switch
    {
        (TaskKind.Koii, 0, 401) or (TaskKind.Token, 0, 433) => ParseSettings(ref reader, hasTotal: true),
        (_, 1, 521) => new SubmitTask(reader.Text(SubmissionSizeBytes), reader.Round()),
        (TaskKind.Koii, 2, 17) or (TaskKind.Token, 2, 10) => new AuditSubmissions(reader.Verdict(), reader.Round()),
        (TaskKind.Koii, 3, 17) or (TaskKind.Token, 3, 10) => new AuditDistribution(reader.Verdict(), reader.Round()),
        (_, 4, 9) => new Payout(reader.Round()),
        (TaskKind.Koii, 5, 9) or (TaskKind.Token, 5, 2) => new Whitelist(reader.Flag()),
        (TaskKind.Koii, 6, 9) or (TaskKind.Token, 6, 2) => new SetActive(reader.Flag()),
        (_, 7, 1) => new ClaimReward(),
        (_, 8, 9) => new FundTask(reader.Lamports()),
        (TaskKind.Koii, 9, 9) => new Stake(reader.Lamports(), string.Empty),
        (_, 9, 73) => new Stake(reader.Lamports(), reader.Text(TextSizeBytes)),
        (_, 10, 1) => new Withdraw(),
        (TaskKind.Koii, 11, 513) => ParseUpload(ref reader, hasRound: false),
        (_, 11, 521) => ParseUpload(ref reader, hasRound: true),
        (_, 12, 9) => new SubmitDistributionList(reader.Round()),
        (TaskKind.Koii, 14, 393) or (TaskKind.Token, 13, 425) => new UpdateTask(ParseSettings(ref reader, hasTotal: false)),
        (TaskKind.Koii, 15, 1) or (TaskKind.Token, 14, 1) => new DeleteTask(),
        (TaskKind.Koii, 16, 25) or (TaskKind.Token, 15, 25) => new HandleManagerAccounts(reader.Operation()),
        _ => null,
    };

    // Field by field, because the order of evaluation is the order on the wire: audit window before submission window.
    private static CreateTask ParseSettings(ref Reader reader, bool hasTotal)
    {
        var name = reader.Text(NameSizeBytes);
        var description = reader.Text(TextSizeBytes);
        var executable = reader.Text(TextSizeBytes);
        var network = reader.Text(TextSizeBytes);
        var totalBounty = hasTotal ? reader.Lamports() : default;
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
            PotSeed = reader.Seed(),
        };
    }

    private static UploadDistributionList ParseUpload(ref Reader reader, bool hasRound)
    {
        var index = reader.Chunk(out var data);
        return new(index, data, hasRound ? reader.Round() : null);
    }

    private protected Instruction Call(params ImmutableArray<AccountMeta> accounts) => new(ProgramIds.Task, accounts, [.. Encode()]);

    internal sealed class Writer(TaskKind kind, byte index)
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

        // A verdict or a flag: a whole number in the KOII program, one byte in the other.
        internal Writer Byte(byte value)
        {
            if (kind is TaskKind.Koii)
            {
                return Number(value);
            }

            _bytes.Add(value);
            return this;
        }

        internal Writer Seed(Hash? seed)
        {
            if (kind is TaskKind.Token)
            {
                _bytes.AddRange(seed?.ToArray()
                    ?? throw new ArgumentException("A token task needs the seed of its vault's authority.", nameof(seed)));
            }

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

    private ref struct Reader(ReadOnlySpan<byte> source, TaskKind kind)
    {
        private ReadOnlySpan<byte> _rest = source;

        internal bool IsGood { get; private set; } = true;

        internal string Text(int sizeBytes)
        {
            var bytes = Take(sizeBytes);
            var end = bytes.IndexOf((byte)0);
            // Malformed UTF-8 becomes replacement characters: a text is shown, never interpreted as bytes. A blank is a blank in both, and
            // most of a field is blanks.
            return System.Text.Encoding.UTF8.GetString((end < 0 ? bytes : bytes[..end]).TrimEnd((byte)' '));
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
            var number = Byte();
            IsGood &= number <= (ulong)Tasks.Verdict.Abstain;
            return (Verdict)(byte)number;
        }

        internal bool Flag()
        {
            var number = Byte();
            IsGood &= number <= 1;
            return number == 1;
        }

        internal ManagerOperation Operation()
        {
            var operation = Text(NameSizeBytes) switch
            {
                "init" => ManagerOperation.Init,
                "insert" => ManagerOperation.Insert,
                "remove" => ManagerOperation.Remove,
                _ => ManagerOperation.None,
            };
            IsGood &= operation is not ManagerOperation.None;
            return operation;
        }

        internal Hash? Seed() => kind is TaskKind.Token ? new Hash(Take(Hash.SizeBytes)) : null;

        private ulong Byte() => kind is TaskKind.Koii ? Number() : Take(1)[0];

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
