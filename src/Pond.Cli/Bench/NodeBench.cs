using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Cli.Demo;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Ledger;
using Pond.Server.Nodes;
using Pond.Server.Tasks;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Cli.Bench;

/// <summary>What a node costs: its tasks' starts, and its questions to the ledger.</summary>
/// <param name="timeProvider">Measures.</param>
/// <param name="onStep">Told what is done next.</param>
internal sealed class NodeBench(TimeProvider timeProvider, Action<string> onStep)
{
    private const int Starts = 5;
    private const int BoxStarts = 21;
    private const int Nodes = 3;
    private const int MeasuredRounds = 4;

    /// <summary>A JavaScript bundle is as large as those that webpack makes: 3 MB.</summary>
    private const int BundleBytes = 3_000_000;

    private static readonly Keypair Faucet = KeyOf("faucet");

    internal async Task<IReadOnlyList<BenchRow>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("pond-bench-");
        try
        {
            var box = (await TaskSandbox.ProbeAsync(timeProvider, cancellationToken)).Sandbox;
            onStep(box is null ? "no box on this machine" : $"{BoxStarts} starts of a box");
            TimeSpan? overhead = box is null ? null : await MeasureBoxAsync(box, cancellationToken);
            onStep($"{Starts} starts of a C# task, {(box is null ? "not boxed" : "boxed")}");
            var dotnet = await MeasureStartAsync(DemoBundles.Honest, folder.FullName, box, isCalled: false, cancellationToken);
            onStep($"{Starts} starts of a JavaScript task");
            var javaScript = await MeasureStartAsync(
                await WriteBundleAsync(folder, cancellationToken), folder.FullName, box, isCalled: true, cancellationToken);
            onStep($"{Nodes} nodes on a ledger, {MeasuredRounds} rounds");
            var (calls, slots) = await CountCallsAsync(folder.FullName, cancellationToken);
            return
            [
                .. overhead is { } more ? (BenchRow[])[Start("box: start, over a plain process", more, 20)] : [],
                Start("C# task: start to its first call", dotnet, 400),
                Start("JavaScript task: start to its first call", javaScript, 600),
                new(
                    "ledger calls per task and round",
                    calls.ToString("0", CultureInfo.InvariantCulture),
                    $"{slots} slots in the round",
                    "<= 200",
                    calls <= 200),
                .. await MeasureLoadAsync(folder.FullName, cancellationToken),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchRow Start(string name, TimeSpan median, int mostMs) => new(
        name,
        string.Create(CultureInfo.InvariantCulture, $"{median.TotalMilliseconds:0} ms"),
        "-",
        string.Create(CultureInfo.InvariantCulture, $"< {mostMs} ms"),
        median.TotalMilliseconds < mostMs);

    internal static Keypair KeyOf(string name) => Keypair.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes($"bench {name}")));

    private static async Task<string> WriteBundleAsync(DirectoryInfo folder, CancellationToken cancellationToken)
    {
        var bundle = folder.CreateSubdirectory("bundle").FullName;
        var text = new StringBuilder();
        for (var number = 0; text.Length < BundleBytes; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"function part{number}(value) {{ return [value, {number}].map((one) => `${{one}} of part {number}`).join(', '); }}\n");
        }

        text.Append(
            """
            const [, , , taskId, port, , , secret, , , , nodePort] = process.argv;
            require('http').createServer((request, response) => response.end()).listen(port);
            fetch(`http://localhost:${nodePort}/namespace-wrapper`, {
              method: 'POST', headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ args: ['defaultTaskSetup'], taskId, secret }),
            }).then(() => process.on('message', () => {}));

            """);
        await File.WriteAllTextAsync(Path.Combine(bundle, "main.js"), text.ToString(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "package.json"), """{"type":"commonjs"}""", cancellationToken);
        return bundle;
    }

    /// <summary>How much longer a program in a box takes until it says something: the medians' difference.</summary>
    private async Task<TimeSpan> MeasureBoxAsync(TaskSandbox box, CancellationToken cancellationToken)
    {
        const string Program = "/usr/bin/pwd";
        var (plain, boxed) = (new List<TimeSpan>(), new List<TimeSpan>());
        // In turns, so that a machine that is busy for a while is so for both.
        for (var start = 0; start < BoxStarts; start++)
        {
            var from = timeProvider.GetTimestamp();
            using (var process = Process.Start(new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!)
            {
                _ = await process.StandardOutput.BaseStream.ReadAsync(new byte[1], cancellationToken);
                plain.Add(timeProvider.GetElapsedTime(from));
                await process.WaitForExitAsync(cancellationToken);
            }

            from = timeProvider.GetTimestamp();
            await box.RunAsync(Program, () => boxed.Add(timeProvider.GetElapsedTime(from)), cancellationToken);
        }

        return boxed.Order().ElementAt(BoxStarts / 2) - plain.Order().ElementAt(BoxStarts / 2);
    }

    private async Task<TimeSpan> MeasureStartAsync(
        string bundle, string folder, TaskSandbox? box, bool isCalled, CancellationToken cancellationToken)
    {
        var times = new List<TimeSpan>();
        // The first start reads the programs from the disk; it is not counted.
        for (var start = 0; start <= Starts; start++)
        {
            var from = timeProvider.GetTimestamp();
            await using var process = await TaskProcess.StartAsync(
                new TaskProcessOptions
                {
                    Bundle = bundle,
                    Folder = Path.Combine(folder, "home"),
                    Services = new BenchServices(),
                    MapContent = _ => { },
                    Sandbox = box,
                    TimeProvider = timeProvider,
                },
                cancellationToken);
            await process.Ready.WaitAsync(cancellationToken);
            if (isCalled)
            {
                await process.CallAsync(TaskPhase.Execute, new Round(0), isPreviousRoundFailed: false, cancellationToken);
            }

            times.Add(timeProvider.GetElapsedTime(from));
        }

        return times.Skip(1).Order().ElementAt(Starts / 2);
    }

    private async Task<(double Calls, ulong Slots)> CountCallsAsync(string folder, CancellationToken cancellationToken)
    {
        await using var ledger = await BenchLedger.StartAsync(Faucet, TimeSpan.FromMilliseconds(25), timeProvider, cancellationToken);
        await using var counter = await CallCounter.StartAsync(ledger.Host.Endpoint, cancellationToken);
        var task = await ledger.Deployer.DeployAsync(Faucet, BenchPlan.Task, cancellationToken);
        var nodes = new List<NodeHost>();
        try
        {
            for (var number = 0; number < Nodes; number++)
            {
                var payer = KeyOf($"operator {number}");
                await ledger.FundAsync(payer, Lamports.FromKoii(20), cancellationToken);
                var node = await NodeHost.StartAsync(
                    new NodeHostOptions
                    {
                        DataFolder = Path.Combine(folder, $"node-{number}"),
                        Ledger = counter.Endpoint,
                        Operator = payer,
                        Sandbox = null,
                        AllowsPrivateAddresses = true,
                        PollInterval = TimeSpan.FromMilliseconds(20),
                    },
                    timeProvider,
                    NullLogger<NodeHost>.Instance,
                    cancellationToken);
                nodes.Add(node);
                await node.AddTaskAsync(
                    new NodeTaskOptions
                    {
                        Task = task.Task,
                        StakingKey = KeyOf($"staking {number}"),
                        StartTask = (services, _, _) => Task.FromResult<ITaskRunner>(new BenchRunner(services)),
                    },
                    cancellationToken);
            }

            // All rounds of a cycle are under way from the third round on.
            await WaitForAsync(ledger.Host, task, new Round(task.RoundAt(await SlotAsync()).Value + 3), cancellationToken);
            var before = counter.Count;
            var begin = task.RoundAt(await SlotAsync());
            await WaitForAsync(ledger.Host, task, begin + MeasuredRounds, cancellationToken);
            return ((counter.Count - before) / (double)(Nodes * MeasuredRounds), task.RoundTime);
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }

        Task<Slot> SlotAsync() => ledger.Client.GetSlotAsync(Contracts.Rpc.Commitment.Processed, cancellationToken);
    }

    // What a node does in a slot is asked of slots as long as a public network's.
    private async Task<IReadOnlyList<BenchRow>> MeasureLoadAsync(string folder, CancellationToken cancellationToken)
    {
        await using var ledger = await BenchLedger.StartAsync(Faucet, Genesis.PublicSlotDuration, timeProvider, cancellationToken);
        var keys = new[] { KeyOf("operator of many"), KeyOf("operator of one") };
        foreach (var key in keys)
        {
            await ledger.FundAsync(key, Lamports.FromKoii(1_000), cancellationToken);
        }

        var load = new LoadedNode(ledger, Faucet, folder, timeProvider);
        onStep("a program that changes");
        var reload = await load.MeasureReloadAsync(keys[1], cancellationToken);
        onStep($"a node with {LoadedNode.Tasks} tasks");
        return [reload, .. await load.MeasureAsync(keys[0], cancellationToken)];
    }

    private static async Task WaitForAsync(LedgerHost ledger, TaskInfo task, Round round, CancellationToken cancellationToken)
    {
        await foreach (var block in ledger.ReadBlocksAsync(cancellationToken))
        {
            if (task.RoundAt(block.Slot) >= round)
            {
                return;
            }
        }

        throw new UnreachableException("The ledger has ended.");
    }

    /// <summary>Passes calls on to the ledger and counts them, but for the slot, which a node asks for once for all its tasks.</summary>
    private sealed class CallCounter : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _http = new();
        private long _count;

        private CallCounter(WebApplication app) => _app = app;

        internal Uri Endpoint { get; private set; } = null!;

        internal long Count => Interlocked.Read(ref _count);

        internal static async Task<CallCounter> StartAsync(Uri ledger, CancellationToken cancellationToken)
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Services.AddRoutingCore();
            var app = builder.Build();
            var counter = new CallCounter(app);
            app.UseRouting();
            app.MapPost("/", (RequestDelegate)(context => counter.PassAsync(context, ledger)));
            await app.StartAsync(cancellationToken);
            counter.Endpoint = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
            return counter;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _http.Dispose();
        }

        private async Task PassAsync(HttpContext context, Uri ledger)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            using (var call = JsonDocument.Parse(body.ToArray()))
            {
                if (call.RootElement.GetProperty("method").GetString() is not "getSlot")
                {
                    Interlocked.Increment(ref _count);
                }
            }

            using var content = new ByteArrayContent(body.ToArray());
            content.Headers.ContentType = new("application/json");
            using var answer = await _http.PostAsync(ledger, content, context.RequestAborted);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = "application/json";
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    /// <summary>A task that does everything that a task must, at no cost.</summary>
    private sealed class BenchRunner(ITaskServices services) : ITaskRunner
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Ended => _ended.Task;

        public ValueTask DisposeAsync()
        {
            _ended.TrySetResult("It was stopped.");
            return ValueTask.CompletedTask;
        }

        public async Task<PhaseOutcome> CallAsync(TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken)
        {
            switch (phase)
            {
                case TaskPhase.Submit:
                    await services.SubmitAsync(round, "value", cancellationToken);
                    break;
                case TaskPhase.Audit:
                    foreach (var candidate in await services.GetAuditDutiesAsync(round, cancellationToken))
                    {
                        await services.GiveVerdictAsync(round, candidate, Verdict.Valid, cancellationToken);
                    }

                    break;
                case TaskPhase.Distribute:
                    var submitters = (await services.GetRoundAsync(round, cancellationToken))!.Submissions.Keys;
                    await services.SubmitDistributionListAsync(
                        round,
                        JsonSerializer.Serialize(submitters.ToDictionary(key => key.ToString(), _ => 1_000, StringComparer.Ordinal)),
                        cancellationToken);
                    break;
                case TaskPhase.AuditDistribution:
                    foreach (var author in await services.GetListAuditDutiesAsync(round, cancellationToken))
                    {
                        await services.GiveListVerdictAsync(round, author, Verdict.Valid, cancellationToken);
                    }

                    break;
                default:
                    break;
            }

            return new(true, null);
        }
    }
}
