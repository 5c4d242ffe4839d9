using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Server.Tests.Ledger;

public sealed class TaskMethodTests : IAsyncLifetime
{
    private const ulong SizeBytes = 100_000;

    private static readonly Keypair TaskKey = LocalLedger.KeyOf("task");
    private static readonly Keypair Node = LocalLedger.KeyOf("node");
    private static readonly Keypair Stranger = LocalLedger.KeyOf("stranger");
    private static readonly Lamports Stake = Lamports.FromKoii(5);

    private LocalLedger _ledger = null!;

    private static Pubkey TaskId => TaskKey.PublicKey;

    public async Task InitializeAsync()
    {
        _ledger = await LocalLedger.StartAsync();
        var attempt = 0;
        var pot = ProgramAddress.FindStakePot(() => SHA256.HashData(BitConverter.GetBytes(++attempt)));
        await SendAsync(
            [
                new SystemInstruction.CreateAccount(Rent.MinimumFor(SizeBytes), SizeBytes, ProgramIds.Task)
                    .ToInstruction(LocalLedger.Faucet.PublicKey, TaskId),
                new TaskInstruction.CreateTask
                {
                    Name = "index",
                    Description = "Indexes documents",
                    Executable = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
                    ExecutableNetwork = "IPFS",
                    TotalBounty = Lamports.FromKoii(100),
                    BountyPerRound = Lamports.FromKoii(10),
                    RoundTime = 20,
                    SubmissionWindow = 14,
                    AuditWindow = 4,
                    MinimumStake = Stake,
                    Metadata = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
                    Variables = "class=A;fallback=equal",
                    AllowedFailedDistributions = 100,
                }.ToInstruction(LocalLedger.Faucet.PublicKey, TaskId, pot),
                new SystemInstruction.Transfer(new Lamports(1_000_000)).ToInstruction(LocalLedger.Faucet.PublicKey, pot),
            ],
            TaskKey);
        await SendAsync(
            [
                new TaskInstruction.SetActive(IsActive: true).ToInstruction(TaskId, LocalLedger.Faucet.PublicKey),
                new SystemInstruction.CreateAccount(Stake + Lamports.FromKoii(1), 100, ProgramIds.Task)
                    .ToInstruction(LocalLedger.Faucet.PublicKey, Node.PublicKey),
                new TaskInstruction.Stake(Stake, "http://127.0.0.1:30017").ToInstruction(TaskId, Node.PublicKey, pot),
            ],
            Node);
    }

    public async Task DisposeAsync() => await _ledger.DisposeAsync();

    [Fact]
    public async Task A_task_is_read_in_types_and_as_koiis_clients_read_it()
    {
        var task = (await _ledger.Client.GetTaskAsync(TaskId, Commitment.Confirmed, CancellationToken.None))!;
        Assert.Equal(("index", TaskClass.Deterministic, true), (task.Name, task.Class, task.IsActive));
        Assert.Equal(Stake, task.Stakes[Node.PublicKey]);
        Assert.Equal("http://127.0.0.1:30017", task.Addresses[Node.PublicKey]);
        Assert.Null(await _ledger.Client.GetTaskAsync(Node.PublicKey, Commitment.Confirmed, CancellationToken.None));

        using var plain = JsonDocument.Parse(
            (await _ledger.Client.GetTaskAccountInfoAsync(TaskId, TaskParts.None, CancellationToken.None))!);
        Assert.Equal("is_allowlisted", plain.RootElement.EnumerateObject().First().Name);
        Assert.Empty(plain.RootElement.GetProperty("stake_list").EnumerateObject());
        using var full = JsonDocument.Parse(
            (await _ledger.Client.GetTaskAccountInfoAsync(TaskId, TaskParts.Stakes, CancellationToken.None))!);
        Assert.Equal(Stake.Value, full.RootElement.GetProperty("stake_list").GetProperty(Node.PublicKey.ToString()).GetUInt64());
        Assert.Null(await _ledger.Client.GetTaskAccountInfoAsync(Stranger.PublicKey, TaskParts.All, CancellationToken.None));
    }

    [Fact]
    public async Task Tasks_are_found_by_the_filter_of_the_desktop_node()
    {
        var found = await _ledger.Client.GetProgramAccountsAsync(
            ProgramIds.Task,
            [AccountFilter.Matching(0, "{\"is_allowlisted\""u8)],
            dataSlice: (0, 0),
            Commitment.Confirmed,
            CancellationToken.None);

        // The other one is the built-in task with which the desktop node empties wallets.
        Assert.Equal(2, found.Length);
        var task = found.Single(entry => entry.Pubkey == TaskId);
        Assert.Empty(task.Account.Data.ToBytes());
        Assert.True(task.Account.Space > 500);
        Assert.Empty(await _ledger.Client.GetProgramAccountsAsync(
            ProgramIds.Task,
            [AccountFilter.Matching(0, "{\"is_allowlisted\":true"u8)],
            dataSlice: null,
            Commitment.Confirmed,
            CancellationToken.None));
    }

    [Fact]
    public async Task A_missing_stake_has_the_words_that_clients_look_for()
    {
        Assert.Equal(Stake, await _ledger.Client.GetMyTaskStakeInfoAsync(TaskId, Node.PublicKey, CancellationToken.None));

        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => _ledger.Client.GetMyTaskStakeInfoAsync(TaskId, Stranger.PublicKey, CancellationToken.None));

        Assert.Contains("No stake available on this task", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submission_shows_in_every_reading_of_its_round()
    {
        var empty = await Assert.ThrowsAsync<RpcException>(
            () => _ledger.Client.GetTaskSubmissionInfoAsync(TaskId, new Round(0), CancellationToken.None));
        Assert.StartsWith("Task does not have any", empty.Message, StringComparison.Ordinal);

        const string Value = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdj";
        var round = await SubmitAsync(Value);

        var (context, read) = await _ledger.Client.GetTaskRoundAsync(TaskId, round, Commitment.Confirmed, CancellationToken.None);
        Assert.Equal(Value, read!.Submissions[Node.PublicKey].Value);
        Assert.True(read.Submissions[Node.PublicKey].Slot <= context.Slot);
        Assert.Equal(Stake, read.Participants[Node.PublicKey]);
        Assert.Null(read.Next);
        var own = (await _ledger.Client.GetTaskRoundAsync(TaskId, round, Node.PublicKey, Commitment.Confirmed, CancellationToken.None)).Value!;
        Assert.Equal(read.Submissions, own.Submissions);
        var strangers = (await _ledger.Client.GetTaskRoundAsync(TaskId, round, Stranger.PublicKey, Commitment.Confirmed, CancellationToken.None)).Value!;
        Assert.Empty(strangers.Submissions);
        Assert.Equal((1, true), (strangers.SubmissionCount, strangers.HasParticipants));
        var (_, share) = await _ledger.Client.GetAuditAssignmentsAsync(TaskId, round, Node.PublicKey, Commitment.Confirmed, CancellationToken.None);
        Assert.Equal((round, read.VotesClose), (share!.Round, share.VotesClose));
        Assert.Empty(share.Candidates);
        Assert.True(await _ledger.Client.GetMyTaskSubmissionRoundInfoAsync(TaskId, Node.PublicKey, round, CancellationToken.None));
        Assert.False(await _ledger.Client.GetMyTaskSubmissionRoundInfoAsync(TaskId, Stranger.PublicKey, round, CancellationToken.None));

        var text = Encoding.UTF8.GetString(
            (await _ledger.Client.GetTaskSubmissionInfoAsync(TaskId, round, CancellationToken.None))!);
        Assert.StartsWith(
            $$"""{"submissions":{"{{round}}":{"{{Node.PublicKey}}":{"submission_value":"{{Value}}","slot":""", text, StringComparison.Ordinal);
        Assert.NotNull(await _ledger.Client.GetTaskSubmissionInfoAsync(TaskId, round: null, CancellationToken.None));
        Assert.Null(await _ledger.Client.GetTaskDistributionListAsync(
            TaskId, round, Node.PublicKey, Commitment.Confirmed, CancellationToken.None));
    }

    // The window is real time; on a machine that is held up for longer than it lasts, the next round will do.
    private async Task<Round> SubmitAsync(string value)
    {
        var task = (await _ledger.Client.GetTaskAsync(TaskId, Commitment.Confirmed, CancellationToken.None))!;
        var slot = await _ledger.Client.GetSlotAsync(Commitment.Processed, CancellationToken.None);
        var round = task.RoundAt(slot) + 1;
        while (true)
        {
            _ = await _ledger.Host.WaitForBlockAsync(task.StartOf(round + 1), CancellationToken.None);
            ImmutableArray<Instruction> call = [new TaskInstruction.SubmitTask(value, round).ToInstruction(TaskId, Node.PublicKey)];
            if (await _ledger.Sender.SendAsync(LocalLedger.Faucet, call, [Node], CancellationToken.None) is TransactionOutcome.Confirmed)
            {
                return round;
            }

            round += 1;
        }
    }

    private async Task SendAsync(ImmutableArray<Instruction> instructions, params ImmutableArray<Keypair> signers)
    {
        var outcome = await _ledger.Sender.SendAsync(LocalLedger.Faucet, instructions, signers, CancellationToken.None);
        Assert.True(outcome is TransactionOutcome.Confirmed, outcome.ToString());
    }
}
