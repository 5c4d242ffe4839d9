using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests.Instructions;

public sealed class TaskInstructionTests
{
    // Computed with @solana/buffer-layout and the layouts of Koii's command line tool.
    [Theory]
    [InlineData("02 0000000000000000 0700000000000000", Verdict.Invalid)]
    [InlineData("02 0100000000000000 0700000000000000", Verdict.Valid)]
    [InlineData("02 0200000000000000 0700000000000000", Verdict.Abstain)]
    public void A_verdict_has_the_bytes_of_koiis_clients(string hex, Verdict verdict)
    {
        var instruction = new TaskInstruction.AuditSubmissions(verdict, new(7));

        Assert.Equal(Hex(hex), instruction.Encode());
        Assert.Equal(instruction, Parse(hex));
    }

    // The same, with the layouts for token tasks.
    [Theory]
    [InlineData("02 00 0700000000000000", Verdict.Invalid)]
    [InlineData("02 01 0700000000000000", Verdict.Valid)]
    [InlineData("02 02 0700000000000000", Verdict.Abstain)]
    public void A_verdict_on_a_token_task_has_the_bytes_of_koiis_clients(string hex, Verdict verdict)
    {
        var instruction = new TaskInstruction.AuditSubmissions(verdict, new(7));

        Assert.Equal(Hex(hex), instruction.Encode(TaskKind.Token));
        Assert.True(TaskInstruction.TryParse(Hex(hex), TaskKind.Token, out var read));
        Assert.Equal(instruction, read);
        Assert.False(TaskInstruction.TryParse(Hex(hex), TaskKind.Koii, out _));
    }

    [Fact]
    public void A_verdict_on_a_list_of_a_token_task_has_the_bytes_of_koiis_clients() =>
        Assert.Equal(Hex("03 01 0700000000000000"), new TaskInstruction.AuditDistribution(Verdict.Valid, new(7)).Encode(TaskKind.Token));

    [Fact]
    public void Funding_has_the_bytes_of_koiis_clients() =>
        Assert.Equal(Hex("08 002f685900000000"), new TaskInstruction.FundTask(new(1_500_000_000)).Encode());

    [Theory]
    [InlineData("08 ffffffffffffffff", "a negative amount")]
    [InlineData("08 0000000000002000", "2^53")]
    [InlineData("02 0300000000000000 0700000000000000", "an unknown verdict")]
    [InlineData("06 0200000000000000", "a flag that is neither 0 nor 1")]
    [InlineData("0d", "index 13")]
    [InlineData("08 00000000000000", "one byte too few")]
    [InlineData("08 000000000000000000", "one byte too many")]
    [InlineData("", "nothing")]
    public void What_makes_no_sense_does_not_parse(string hex, string what) =>
        Assert.False(TaskInstruction.TryParse(Hex(hex), out _), what);

    [Fact]
    public void Every_instruction_has_its_length_and_comes_back_as_it_was()
    {
        (TaskInstruction Instruction, byte Index, int Length)[] cases =
        [
            (NewTask(), 0, 401),
            (new TaskInstruction.SubmitTask("bafy", new(5)), 1, 521),
            (new TaskInstruction.AuditSubmissions(Verdict.Valid, new(5)), 2, 17),
            (new TaskInstruction.AuditDistribution(Verdict.Invalid, new(5)), 3, 17),
            (new TaskInstruction.Payout(new(5)), 4, 9),
            (new TaskInstruction.Whitelist(IsAllowlisted: true), 5, 9),
            (new TaskInstruction.SetActive(IsActive: false), 6, 9),
            (new TaskInstruction.ClaimReward(), 7, 1),
            (new TaskInstruction.FundTask(new(9)), 8, 9),
            (new TaskInstruction.Stake(new(9), "http://a"), 9, 73),
            (new TaskInstruction.Withdraw(), 10, 1),
            (new TaskInstruction.SubmitDistributionList(new(5)), 12, 9),
        ];

        foreach (var (instruction, index, length) in cases)
        {
            var bytes = instruction.Encode();
            Assert.Equal(index, bytes[0]);
            Assert.Equal(length, bytes.Length);
            Assert.True(TaskInstruction.TryParse(bytes, out var parsed));
            Assert.Equal(instruction, parsed);
        }
    }

    [Fact]
    public void A_new_tasks_fields_lie_where_the_layout_says()
    {
        var bytes = NewTask().Encode();

        Assert.Equal("index".PadRight(24), System.Text.Encoding.UTF8.GetString(bytes, 1, 24));
        Assert.Equal("IPFS".PadRight(64), System.Text.Encoding.UTF8.GetString(bytes, 153, 64));
        Assert.Equal(1000UL, BitConverter.ToUInt64(bytes, 217));
        Assert.Equal(10UL, BitConverter.ToUInt64(bytes, 225));
        Assert.Equal(600UL, BitConverter.ToUInt64(bytes, 233));
        // The trap: the audit window stands before the submission window.
        Assert.Equal(201UL, BitConverter.ToUInt64(bytes, 241));
        Assert.Equal(202UL, BitConverter.ToUInt64(bytes, 249));
        Assert.Equal(5UL, BitConverter.ToUInt64(bytes, 257));
        Assert.Equal(3UL, BitConverter.ToUInt64(bytes, 393));
    }

    [Fact]
    public void The_short_stake_of_older_clients_has_no_address()
    {
        Assert.True(TaskInstruction.TryParse(Hex("09 0500000000000000"), out var parsed));
        Assert.Equal(new TaskInstruction.Stake(new(5), string.Empty), parsed);
    }

    [Fact]
    public void A_list_is_cut_into_parts_of_508_bytes()
    {
        var list = Enumerable.Range(0, 1100).Select(index => (byte)('a' + (index % 26))).ToArray();

        var parts = TaskInstruction.UploadDistributionList.Split(list, new(4));

        Assert.Equal([508, 508, 84], parts.Select(part => part.Data.Length));
        Assert.Equal(list, parts.SelectMany(part => part.Data).ToArray());
        foreach (var part in parts)
        {
            var bytes = part.Encode();
            Assert.Equal(521, bytes.Length);
            Assert.True(TaskInstruction.TryParse(bytes, out var parsed));
            var upload = Assert.IsType<TaskInstruction.UploadDistributionList>(parsed);
            Assert.Equal((part.Index, part.Round), (upload.Index, upload.Round));
            Assert.Equal(part.Data.ToArray(), upload.Data.ToArray());

            // The older layout ends before the round.
            Assert.True(TaskInstruction.TryParse(bytes.AsSpan(0, 513), out var older));
            Assert.Null(Assert.IsType<TaskInstruction.UploadDistributionList>(older).Round);
        }
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused_when_it_is_written() =>
        Assert.Throws<ArgumentException>(() => new TaskInstruction.SubmitTask(new string('x', 513), new(1)).Encode());

    private static TaskInstruction Parse(string hex) =>
        TaskInstruction.TryParse(Hex(hex), out var instruction) ? instruction : throw new FormatException(hex);

    private static TaskInstruction.CreateTask NewTask() => new()
    {
        Name = "index",
        Description = "Indexes documents",
        Executable = "bafy",
        ExecutableNetwork = "IPFS",
        TotalBounty = new(1000),
        BountyPerRound = new(10),
        RoundTime = 600,
        AuditWindow = 201,
        SubmissionWindow = 202,
        MinimumStake = new(5),
        Metadata = "meta",
        Variables = "class=A",
        AllowedFailedDistributions = 3,
    };
}
