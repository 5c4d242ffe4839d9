using System.Globalization;
using System.Text;
using System.Text.Json;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;
using Pond.Server.Tasks.JavaScript;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Tests.Tasks.JavaScript;

/// <summary>Unmodified bundles as real Node.js processes.</summary>
public sealed class JavaScriptProcessTests
{
    [Fact]
    public async Task Arguments_and_environment_are_the_originals()
    {
        var services = new FakeJavaScriptServices();
        await using var run = await TaskRun.StartAsync(
            bundle: Bundles.Of("every-method"), services: services, variables: [("CALLS", "[]"), ("API_KEY", "x")]);
        await run.CallAsync(TaskPhase.Execute, 3);
        await run.Process.DisposeAsync();

        var arguments = JsonSerializer.Deserialize<string[]>(run.Lines.First(line => line.StartsWith("argv ", StringComparison.Ordinal))["argv ".Length..])!;
        Assert.Equal(10, arguments.Length);
        Assert.Equal(["test", services.Task.ToString()], arguments[..2]);
        Assert.InRange(int.Parse(arguments[2], CultureInfo.InvariantCulture), 1, 65535);
        Assert.Equal(["service", services.MainKey.ToString()], arguments[3..5]);
        Assert.Matches("^[0-9a-f]{40,}$", arguments[5]);
        Assert.Equal(["http://127.0.0.1:8899", "http://127.0.0.1:30017", "10"], arguments[6..9]);
        Assert.InRange(int.Parse(arguments[9], CultureInfo.InvariantCulture), 1, 65535);
        Assert.Contains("""env ["API_KEY","CALLS","HOME","PATH"]""", run.Lines, StringComparer.Ordinal);
        Assert.Contains("done executeTask 3", run.Lines, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("core-logic")]
    [InlineData("task-manager")]
    public async Task A_bundle_of_each_generation_works_through_all_phases(string bundle)
    {
        var services = new FakeJavaScriptServices();
        services.Author = services.StakingKey;
        var (honest, liar) = (FakeTaskServices.KeyOf("honest"), FakeTaskServices.KeyOf("liar"));
        Show(services, honest, liar);
        await using var run = await TaskRun.StartAsync(bundle: Bundles.Of(bundle), services: services);

        // Before it has set itself up: what is said early is kept.
        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Execute, 7));
        await run.CallAsync(TaskPhase.Submit, 7);
        await services.UntilAsync(() => services.Submissions.GetValueOrDefault(new Round(7)) is "work of round 7");
        await run.CallAsync(TaskPhase.Audit, 7);
        await services.UntilAsync(() => services.Verdicts.GetValueOrDefault(liar) is Verdict.Invalid);
        Assert.DoesNotContain(honest, services.Verdicts.Keys);
        await run.CallAsync(TaskPhase.Distribute, 7);
        await services.UntilAsync(() => services.SubmittedLists.ContainsKey(new(7)));
        var list = JsonSerializer.Deserialize<Dictionary<string, long>>(services.SubmittedLists[new(7)])!;
        Assert.Equal(new(StringComparer.Ordinal) { [services.StakingKey.ToString()] = 500, [honest.ToString()] = 500, [liar.ToString()] = -70 }, list);

        services.Lists[honest] = services.SubmittedLists[new(7)];
        services.Lists[liar] = $$"""{"{{liar}}":1000}""";
        await run.CallAsync(TaskPhase.AuditDistribution, 7);
        await services.UntilAsync(() => services.ListVerdicts.GetValueOrDefault(liar) is Verdict.Invalid);
        Assert.DoesNotContain(honest, services.ListVerdicts.Keys);
    }

    [Theory]
    [InlineData("core-logic", "Hello World!")]
    [InlineData("task-manager", "Running")]
    public async Task A_boxed_bundle_finds_its_node_by_its_old_ports_and_is_reached_by_its_routes(string bundle, string greeting)
    {
        if ((await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None)).Sandbox is not { } sandbox)
        {
            return;
        }

        var services = new FakeJavaScriptServices();
        await using var run = await TaskRun.StartAsync(bundle: Bundles.Of(bundle), services: services, sandbox: sandbox);

        Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Execute, 7));
        await run.CallAsync(TaskPhase.Submit, 7);
        await services.UntilAsync(() => services.Submissions.GetValueOrDefault(new Round(7)) is "work of round 7");
        Assert.Contains(greeting, await GetAsync(run, "/"), StringComparison.Ordinal);
        await run.Process.DisposeAsync();
        Assert.Equal(0, (await run.Process.Exited).Code);
    }

    [Fact]
    public async Task A_boxed_bundle_that_asks_the_web_is_told_why_it_can_not_and_who_can_change_that()
    {
        if ((await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None)).Sandbox is not { } sandbox)
        {
            return;
        }

        using var folder = new Content.TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.At("main.js"),
            """
            process.on('message', () => Promise.all([
              fetch('https://example.com/a').catch((error) => console.log(`fetch: ${error.cause.code} ${error.cause.message}`)),
              new Promise((done) => require('http').get('http://example.com', done).on('error', (error) => { console.log(`get: ${error.message}`); done(); })),
            ]));
            """);
        await using var run = await TaskRun.StartAsync(bundle: folder.Root, services: new FakeJavaScriptServices(), sandbox: sandbox);

        Assert.True((await run.CallAsync(TaskPhase.Execute, 7)).IsDone);

        await run.Process.DisposeAsync();
        Assert.Contains(run.Lines, line => line.StartsWith("fetch: ENETUNREACH connect example.com: this task runs in a box", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.StartsWith("get: connect example.com", StringComparison.Ordinal) && line.Contains("pond node run --unboxed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bundle_whose_loop_stands_still_does_not_answer_and_one_that_only_waits_does()
    {
        using var folder = new Content.TemporaryFolder();
        await File.WriteAllTextAsync(
            folder.At("main.js"),
            """
            process.on('message', async ({ functionCall }) => {
              console.log(functionCall);
              if (functionCall === 'executeTask') await new Promise(() => {});
              for (;;);
            });
            """);
        await using var run = await TaskRun.StartAsync(
            bundle: folder.Root, services: new FakeJavaScriptServices(), gracePeriod: TimeSpan.FromSeconds(2));
        using var giveUp = new CancellationTokenSource();
        var waiting = run.CallAsync(TaskPhase.Execute, 7, giveUp.Token);
        await run.LineAsync("executeTask");
        Assert.True(await run.Process.IsAliveAsync(TimeSpan.FromMinutes(1), CancellationToken.None));
        await giveUp.CancelAsync();
        Assert.Equal(PhaseFault.TooSlow, (await waiting).Fault);

        using var giveUpAgain = new CancellationTokenSource();
        var spinning = run.CallAsync(TaskPhase.Submit, 7, giveUpAgain.Token);
        await run.LineAsync("submitPayload");
        Assert.False(await run.Process.IsAliveAsync(TimeSpan.FromSeconds(1), CancellationToken.None));
        await giveUpAgain.CancelAsync();
        var outcome = await spinning;
        Assert.Equal((PhaseFault.Hung, "The call of submitPayload for round 7 was given up, and 2 s later it had not let go."), (outcome.Fault, outcome.Error));
    }

    [Fact]
    public async Task A_bundle_that_crashes_while_it_audits_lists_ends_with_its_code_and_its_last_words()
    {
        await using var run = await TaskRun.StartAsync(bundle: Bundles.Of("crash-in-list"), services: new FakeJavaScriptServices());
        Assert.True((await run.CallAsync(TaskPhase.Execute, 1)).IsDone);

        await run.CallAsync(TaskPhase.AuditDistribution, 1);

        var exit = await run.Process.Exited;
        Assert.Equal(1, exit.Code);
        Assert.Contains(exit.LastErrors, line => line.Contains("reading 'votes'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Routes_of_a_task_are_reached_through_its_process()
    {
        await using var run = await TaskRun.StartAsync(bundle: Bundles.Of("task-manager"), services: new FakeJavaScriptServices());
        await run.Process.Ready;

        Assert.Contains("""{"round":2,"files":false}""", await GetAsync(run, "/value"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_of_its_input_ends_the_process_although_it_listens()
    {
        await using var run = await TaskRun.StartAsync(bundle: Bundles.Of("task-manager"), services: new FakeJavaScriptServices());
        await run.Process.Ready;

        await run.Process.DisposeAsync();

        Assert.Equal(0, (await run.Process.Exited).Code);
        Assert.False(Directory.Exists($"/proc/{run.Process.Id}"));
    }

    [Fact]
    public async Task Without_Node_js_the_message_says_what_to_install()
    {
        var missing = await Assert.ThrowsAsync<PondException>(() => NodeJs.FindAsync("/nowhere/node", TimeProvider.System, CancellationToken.None));
        var other = await Assert.ThrowsAsync<PondException>(() => NodeJs.FindAsync("/usr/bin/true", TimeProvider.System, CancellationToken.None));
        var old = Assert.Throws<PondException>(() => NodeJs.Check("/usr/bin/node", "v16.20.2"));

        Assert.Equal(("nodejs-missing", "nodejs-missing", "nodejs-too-old"), (missing.Code, other.Code, old.Code));
        Assert.Contains("16.20.2", old.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install nodejs", missing.Fix, StringComparison.Ordinal);
        NodeJs.Check("/usr/bin/node", "v18.0.0");
    }

    internal static async Task<string> GetAsync(TaskRun run, string path)
    {
        await using var stream = await run.Process.ConnectAsync(CancellationToken.None);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: task\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static void Show(FakeJavaScriptServices services, Pubkey honest, Pubkey liar)
    {
        var submissions = $$$$"""{"{{{{services.StakingKey}}}}":{"submission_value":"work of round 7","slot":1,"round":7},"{{{{honest}}}}":{"submission_value":"work of round 7","slot":1,"round":7},"{{{{liar}}}}":{"submission_value":"nonsense","slot":1,"round":7}}""";
        var triggers = $$$$"""{"{{{{liar}}}}":{"trigger_by":"{{{{honest}}}}","slot":2,"votes":[{"is_valid":false,"voter":"{{{{services.StakingKey}}}}","slot":3}]}}""";
        var lists = $$$$"""{"{{{{honest}}}}":{"submission_value":"{{{{honest}}}}","slot":4,"round":7},"{{{{liar}}}}":{"submission_value":"{{{{liar}}}}","slot":4,"round":7}}""";
        services.SubmissionTexts[new(7)] = $$$$"""{"submissions":{"7":{{{{submissions}}}}},"submissions_audit_trigger":{"7":{{{{triggers}}}}}}""";
        services.DistributionTexts[new(7)] = $$$$"""{"distribution_rewards_submission":{"7":{{{{lists}}}}},"distributions_audit_trigger":{"7":{}},"distributions_audit_record":{"7":"Uninitialized"}}""";
        services.StateText = $$$$"""{"bounty_amount_per_round":1000,"audit_window":30,"submission_window":30,"stake_list":{"{{{{liar}}}}":100},"submissions":{"7":{{{{submissions}}}}},"submissions_audit_trigger":{"7":{{{{triggers}}}}},"distribution_rewards_submission":{"7":{{{{lists}}}}},"distributions_audit_trigger":{"7":{}}}""";
    }
}
