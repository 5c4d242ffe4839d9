using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;

namespace Pond.Cli.Bench;

/// <summary>How large a task may grow: what its instructions, images, payout and discovery cost.</summary>
/// <param name="timeProvider">Measures.</param>
/// <param name="onStep">Told what is done next.</param>
internal sealed class TasksBench(TimeProvider timeProvider, Action<string> onStep)
{
    private const int FewNodes = 50;
    private const int Reads = 15;

    // Payouts are tried once a slot; more would be a failure.
    private const int MostPayoutSlots = 50;

    internal async Task<IReadOnlyList<BenchRow>> RunAsync(int nodes, int entries, int accounts, CancellationToken cancellationToken)
    {
        // What runs for the first time is compiled first. The second run is the one that counts: as many instructions as in the large task, which leave
        // as much behind in memory, but each task has few nodes.
        var tasks = nodes / FewNodes;
        onStep($"{tasks} tasks of {FewNodes} nodes");
        _ = Measure(new TaskLedger(FewNodes, Math.Min(tasks, 100)));
        var few = Measure(new TaskLedger(FewNodes, tasks));
        onStep($"{nodes} nodes");
        var ledger = new TaskLedger(nodes);
        var many = Measure(ledger);
        return
        [
            new(
                $"submission among {nodes} nodes", Micros(many.Submission), Micros(few.Submission) + $" in {tasks} x {FewNodes}", "< 20 us, <= 2 x",
                many.Submission < 20e-6 && many.Submission <= 2 * few.Submission),
            new(
                $"verdict among {nodes} nodes", Micros(many.Verdict), Micros(few.Verdict) + $" in {tasks} x {FewNodes}", "<= 2 x",
                many.Verdict <= 2 * few.Verdict),
            new("allocated by a submission", Bytes(many.SubmissionBytes), Bytes(few.SubmissionBytes) + $" in {tasks} x {FewNodes}", "-", IsReached: true),
            new("allocated by a verdict", Bytes(many.VerdictBytes), Bytes(few.VerdictBytes) + $" in {tasks} x {FewNodes}", "-", IsReached: true),
            new("one node's audit assignments", Micros(many.Assignments), Micros(few.Assignments) + $" in {tasks} x {FewNodes}", "-", IsReached: true),
            .. await MeasureImageAsync(ledger, cancellationToken),
            WarmedPayout(entries),
            await MeasureDiscoveryAsync(accounts, cancellationToken),
        ];
    }

    private InstructionCosts Measure(TaskLedger ledger)
    {
        var round = new Round(1);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(round));
        var submission = Cost(ledger, [.. ledger.Tasks.SelectMany(task => ledger.Nodes.Select(node => ledger.Submit(node, round, task)))]);
        ledger.GoTo(ledger.Windows.AuditBeaconAfter(round) + 2);
        // The first one draws for all; what counts is what each of the others costs.
        foreach (var task in ledger.Tasks)
        {
            _ = ledger.Bank.GetAuditAssignments(task, round, ledger.Nodes[0]);
        }

        var duties = new List<(Pubkey Task, Pubkey Node, AuditAssignments Assignments)>(ledger.Tasks.Length * ledger.Nodes.Length);
        var start = timeProvider.GetTimestamp();
        foreach (var task in ledger.Tasks)
        {
            duties.AddRange(ledger.Nodes.Select(node => (task, node, ledger.Bank.GetAuditAssignments(task, round, node)!)));
        }

        var perAssignment = timeProvider.GetElapsedTime(start).TotalSeconds / duties.Count;
        var verdict = Cost(
            ledger, [.. duties.Select(duty => ledger.Audit(duty.Node, duty.Assignments.Candidates[0].Candidate, round, duty.Task))]);
        return new(submission.Seconds, submission.Bytes, verdict.Seconds, verdict.Bytes, perAssignment);
    }

    // Processor time, the collector's included: what else the machine does is not the ledger's cost.
    private static (double Seconds, double Bytes) Cost(TaskLedger ledger, ImmutableArray<Transaction> transactions)
    {
        GC.Collect();
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        foreach (var transaction in transactions)
        {
            TaskLedger.Require(ledger.Bank.Process(transaction));
        }

        var seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        return (seconds / transactions.Length, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)transactions.Length);
    }

    private async Task<IReadOnlyList<BenchRow>> MeasureImageAsync(TaskLedger ledger, CancellationToken cancellationToken)
    {
        onStep("reading a round's submissions over HTTP");
        using var http = new HttpClient();
        for (var run = 0; run < 40; run++)
        {
            // Each ledger is rendered once, so the code that renders is as warm as the code that answers only after some.
            var small = new TaskLedger(FewNodes * 4);
            small.GoTo(small.Windows.SubmissionsFrom(new(1)));
            small.Run(small.Nodes.Select(node => small.Submit(node, new(1))));
            await using var warm = await ServeAsync(small, cancellationToken);
            for (var read = 0; read < 5; read++)
            {
                _ = await AskAsync(http, warm.Host.Endpoint, warm.Question, cancellationToken);
            }
        }

        await using var served = await ServeAsync(ledger, cancellationToken);
        var start = timeProvider.GetTimestamp();
        var answer = await AskAsync(http, served.Host.Endpoint, served.Question, cancellationToken);
        var first = timeProvider.GetElapsedTime(start).TotalSeconds;
        await using var bare = await BareServer.StartAsync(answer, cancellationToken);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var read = 0; read < Reads; read++)
        {
            ours.Add(await timeProvider.SecondsAsync(() => AskAsync(http, served.Host.Endpoint, served.Question, cancellationToken)));
            theirs.Add(await timeProvider.SecondsAsync(() => AskAsync(http, bare.Endpoint, served.Question, cancellationToken)));
        }

        var size = string.Create(CultureInfo.InvariantCulture, $"{answer.Length / 1e6:0.0} MB");
        return
        [
            new($"getTaskSubmissionInfo, {size}, first", Millis(first), Millis(Measuring.Median(theirs)) + " bare", "< 100 ms", first < 0.1),
            new($"getTaskSubmissionInfo, {size}, again", Millis(Measuring.Median(ours)), Millis(Measuring.Median(theirs)) + " bare", "<= 2 x", Measuring.Median(ours) <= 2 * Measuring.Median(theirs)),
        ];
    }

    private BenchRow WarmedPayout(int entries)
    {
        onStep($"a payout of {entries} entries");
        for (var run = 0; run < 5; run++)
        {
            _ = MeasurePayout(entries: 1000);
        }

        return MeasurePayout(entries);
    }

    private BenchRow MeasurePayout(int entries)
    {
        var ledger = new TaskLedger(entries);
        var round = new Round(1);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(round));
        ledger.Run(ledger.Nodes.Select(node => ledger.Submit(node, round)));
        ledger.GoTo(ledger.Windows.AuditBeaconAfter(round) + 2);
        foreach (var node in ledger.Nodes)
        {
            // Six Valid verdicts accept a submission.
            ledger.Run(ledger.Bank.GetAuditAssignments(ledger.Task, round, node)!.Candidates.Take(6)
                .Select(candidate => ledger.Audit(node, candidate.Candidate, round)));
        }

        ledger.GoTo(ledger.Windows.ListsFrom(round, 0) + 2);
        var leader = ledger.Nodes.First(node => ledger.Bank.GetAuditAssignments(ledger.Task, round, node)!.LeaderRank is 0);
        var part = (Lamports.FromKoii(9).Value / (ulong)entries).ToString(CultureInfo.InvariantCulture);
        var list = Encoding.UTF8.GetBytes("{" + string.Join(',', ledger.Nodes.Select(node => $"\"{node}\":{part}")) + "}");
        ledger.Run(TaskInstruction.UploadDistributionList.Split(list, round).Select(chunk => ledger.Write(leader, chunk.ToInstruction(ledger.Task, leader))));
        ledger.Run([ledger.Write(leader, new TaskInstruction.SubmitDistributionList(round).ToInstruction(ledger.Task, leader))]);
        ledger.GoTo(ledger.Windows.PayoutFrom(round, 0));

        var (slots, longest) = (0, 0.0);
        do
        {
            slots++;
            var payout = ledger.Write(leader, new TaskInstruction.Payout(round).ToInstruction(ledger.Task, leader));
            var start = timeProvider.GetTimestamp();
            TaskLedger.Require(ledger.Bank.Process(payout));
            longest = Math.Max(longest, timeProvider.GetElapsedTime(start).TotalSeconds);
            ledger.GoTo(ledger.Bank.Slot + 1);
        }
        while (!ledger.Bank.GetTaskRound(ledger.Task, round)!.IsSettled && slots < MostPayoutSlots);

        var paid = ledger.Bank.GetTask(ledger.Task)!.AvailableBalances.Count;
        return new(
            $"payout of {entries} entries", $"{slots} slots, at most {Millis(longest)}", $"{paid} balances", "<= 4 slots",
            slots <= 4 && paid == entries && longest < Genesis.PublicSlotDuration.TotalSeconds);
    }

    private async Task<BenchRow> MeasureDiscoveryAsync(int accounts, CancellationToken cancellationToken)
    {
        const int Tasks = 20;
        onStep($"looking for tasks among {accounts} accounts");
        var ledger = new TaskLedger(FewNodes);
        ledger.Run(Enumerable.Range(0, accounts).Select(index => ledger.CreateWallet(TaskLedger.KeyOf($"wallet {index.ToString(CultureInfo.InvariantCulture)}"))));
        var pots = 0;
        for (var index = 0; index < Tasks; index++)
        {
            var pot = ProgramAddress.FindStakePot(() => System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(++pots + 1_000_000)));
            var task = ledger.CreateTask($"listed {index.ToString(CultureInfo.InvariantCulture)}", pot, spaceBytes: 100_000);
            if (index % 2 == 0)
            {
                ledger.Run([ledger.Write(ledger.Manager, new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(task, ledger.Manager))]);
            }
        }

        using var http = new HttpClient();
        await using var host = await StartAsync(ledger, cancellationToken);
        var question = Encoding.UTF8.GetBytes(
            $$"""{"jsonrpc":"2.0","id":1,"method":"getProgramAccounts","params":["{{ProgramIds.Task}}",{"encoding":"base64","filters":[{"memcmp":{"offset":0,"bytes":"aRN1MbEZhbr2W97MTP3RhQjjqHgoZN"} }]}]}""");
        var answer = await AskAsync(http, host.Endpoint, question, cancellationToken);
        await using var bare = await BareServer.StartAsync(answer, cancellationToken);
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var read = 0; read < 10 * Reads; read++)
        {
            ours.Add(await timeProvider.SecondsAsync(() => AskAsync(http, host.Endpoint, question, cancellationToken)));
            theirs.Add(await timeProvider.SecondsAsync(() => AskAsync(http, bare.Endpoint, question, cancellationToken)));
        }

        return new(
            $"{Tasks / 2} tasks among {accounts} accounts", Millis(Measuring.Median(ours)), Millis(Measuring.Median(theirs)) + " bare", "< 5 ms", Measuring.Median(ours) < 0.005);
    }

    private async Task<ServedRound> ServeAsync(TaskLedger ledger, CancellationToken cancellationToken) => new(
        await StartAsync(ledger, cancellationToken),
        Encoding.UTF8.GetBytes(
            $$"""{"jsonrpc":"2.0","id":1,"method":"getTaskSubmissionInfo","params":["{{ledger.Task}}",{"encoding":"base64","round":1}]}"""));

    private Task<LedgerHost> StartAsync(TaskLedger ledger, CancellationToken cancellationToken) => LedgerHost.StartAsync(
        new LedgerHostOptions { Genesis = ledger.Bank.Genesis, Producer = ledger.Producer, Bank = ledger.Bank, Port = 0 },
        timeProvider,
        cancellationToken);

    private static async Task<byte[]> AskAsync(HttpClient http, Uri endpoint, byte[] question, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(question);
        content.Headers.ContentType = new("application/json");
        using var response = await http.PostAsync(endpoint, content, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.AsSpan().IndexOf("\"result\""u8) is >= 0 and < 100
            ? answer
            : throw new InvalidOperationException(Encoding.UTF8.GetString(answer));
    }

    private static string Micros(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.0} us");

    private static string Millis(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.0} ms");

    private static string Bytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B");

    /// <summary>What one instruction of each kind costs, in seconds and bytes.</summary>
    private sealed record InstructionCosts(double Submission, double SubmissionBytes, double Verdict, double VerdictBytes, double Assignments);

    /// <summary>A ledger that answers for one round.</summary>
    private sealed record ServedRound(LedgerHost Host, byte[] Question) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
