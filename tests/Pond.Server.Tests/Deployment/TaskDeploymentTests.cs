using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.Content.Rpc;
using Pond.Server.Deployment;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Deployment;

/// <summary>Deployments to a real ledger and a real store.</summary>
public sealed partial class TaskDeploymentTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private LocalLedger _ledger = null!;
    private ContentStore _store = null!;
    private TestServer _rpc = null!;

    public static TheoryData<DeploymentStep> Steps => [.. Enum.GetValues<DeploymentStep>()];

    private static Keypair Payer => LocalLedger.KeyOf("creator");

    public async Task InitializeAsync()
    {
        _ledger = await LocalLedger.StartAsync();
        await _ledger.FundAsync(Payer.PublicKey, Lamports.FromKoii(100));
        _store = new ContentStore(_folder.At("store"));
        _rpc = await TestServer.StartAsync(app => app.MapStoreRpc(_store, new StoreRpcOptions { Identity = StoreIdentity.Open(_store.Folder) }, TimeProvider.System));
        Directory.CreateDirectory(_folder.At("project/dist"));
        await WriteAsync("one", "IPFS", "dist/main.js");
    }

    public async Task DisposeAsync()
    {
        await _rpc.DisposeAsync();
        _store.Dispose();
        await _ledger.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_task_is_deployed_as_its_file_says_for_exactly_what_the_plan_says()
    {
        var before = await BalanceAsync();
        var plan = await Deployment().PlanAsync(Payer, CancellationToken.None);

        var task = await DeployAsync();

        Assert.True(task.IsActive);
        Assert.Equal(("hello", "A test", "IPFS", ""), (task.Name, task.Description, task.ExecutableNetwork, task.Variables));
        Assert.Equal(Bundle().Root.ToString(), task.Executable);
        Assert.Equal((120UL, 40UL, 40UL), (task.RoundTime, task.AuditWindow, task.SubmissionWindow));
        Assert.Equal(Lamports.FromKoii(10), task.TotalBounty);
        Assert.Equal(before - plan.Total, await BalanceAsync());
        Assert.Equal(
            new[] { task.Executable, task.Metadata }.Order(StringComparer.Ordinal),
            _store.Pins.Select(pin => pin.Root.ToString()).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        Assert.Equal(task.Task, Keypair.ParseKeyFile(await File.ReadAllTextAsync(_folder.At("project/taskStateInfoKeypair.json"))).PublicKey);
        Assert.Contains("\"author\": \"Ann\"", await File.ReadAllTextAsync(_folder.At("project/metadata.json")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Killed_after_any_step_and_begun_again_exactly_one_task_exists(DeploymentStep last)
    {
        await Assert.ThrowsAsync<KilledException>(() => DeployAsync(step => Throw(step == last)));

        var task = await DeployAsync();

        Assert.True(task.IsActive);
        Assert.Equal([task.Task], await TasksAsync());
        Assert.Equal(task.Task, (await DeployAsync()).Task);
        Assert.Equal([task.Task], await TasksAsync());
        Assert.Equal((task.Task, true), await Deployment().FindEarlierAsync(CancellationToken.None));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task What_a_deployment_has_decided_is_its_owners_alone(DeploymentStep last)
    {
        await Assert.ThrowsAsync<KilledException>(() => DeployAsync(step => Throw(step == last)));

        var journal = Assert.Single(Directory.GetFiles(_folder.At("project/.pond"), "*.json"));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(journal) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal("*\n", await File.ReadAllTextAsync(_folder.At("project/.pond/.gitignore")));
    }

    [Fact]
    public async Task A_changed_program_is_no_second_task_unless_that_is_asked_for()
    {
        var first = await DeployAsync();
        await WriteAsync("two", "IPFS", "dist/main.js");

        var refused = await Assert.ThrowsAsync<PondException>(() => DeployAsync());
        Assert.Equal("task-deployed", refused.Code);
        Assert.Single(await TasksAsync());

        var second = await Deployment().DeployAsync(Payer, Bundle(), isNew: true, CancellationToken.None);
        Assert.Equal(2, (await TasksAsync()).Count);
        Assert.Equal(
            first.Task,
            Keypair.ParseKeyFile(await File.ReadAllTextAsync(_folder.At($"project/taskStateInfoKeypair.before-{first.Task}.json"))).PublicKey);
        Assert.Equal(second.Task, (await TaskLookup.FindAsync(_ledger.Client, null, _folder.At("project"), CancellationToken.None)).Task);
    }

    [Fact]
    public async Task A_deployment_that_was_stopped_before_the_ledger_knew_of_it_may_change()
    {
        await Assert.ThrowsAsync<KilledException>(() => DeployAsync(_ => throw new KilledException()));
        await WriteAsync("two", "IPFS", "dist/main.js");

        Assert.Equal(Bundle().Root.ToString(), (await DeployAsync()).Executable);
        Assert.Single(await TasksAsync());
    }

    [Fact]
    public async Task Too_little_money_is_said_before_anything_is_paid()
    {
        await WriteAsync("one", "IPFS", "dist/main.js", bounty: 1000);

        var refused = await Assert.ThrowsAsync<PondException>(() => DeployAsync());

        Assert.Equal("funds-insufficient", refused.Code);
        Assert.Contains("are missing", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await TasksAsync());
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_said_before_anything_is_paid()
    {
        await _rpc.DisposeAsync();

        Assert.Equal("store-unreachable", (await Assert.ThrowsAsync<PondException>(() => DeployAsync())).Code);
        Assert.Empty(await TasksAsync());
        _rpc = await TestServer.StartAsync(app => app.MapStoreRpc(_store, new StoreRpcOptions { Identity = StoreIdentity.Open(_store.Folder) }, TimeProvider.System));
        Assert.True((await DeployAsync()).IsActive);
    }

    [Fact]
    public async Task An_arweave_task_is_deployed_under_its_transaction_and_uploads_nothing()
    {
        const string Id = "0123456789012345678901234567890123456789_-A";
        await WriteAsync("one", "ARWEAVE", Id);

        var task = await Deployment().DeployAsync(Payer, bundle: null, isNew: false, CancellationToken.None);

        Assert.Equal(("ARWEAVE", Id, "metadata.json"), (task.ExecutableNetwork, task.Executable, task.Metadata));
        Assert.Empty(_store.Pins);
    }

    [Fact]
    public async Task A_task_is_found_by_id_prefix_name_or_its_project_and_not_by_what_means_two()
    {
        var task = await DeployAsync();
        async Task<Pubkey> FindAsync(string? text) =>
            (await TaskLookup.FindAsync(_ledger.Client, text, _folder.At("project"), CancellationToken.None)).Task;

        Assert.Equal(task.Task, await FindAsync(task.Task.ToString()));
        Assert.Equal(task.Task, await FindAsync(task.Task.ToString()[..10]));
        Assert.Equal(task.Task, await FindAsync("HELLO"));
        Assert.Equal(task.Task, await FindAsync(null));
        Assert.Equal("task-not-found", (await Assert.ThrowsAsync<PondException>(() => FindAsync("nothing"))).Code);
        Assert.Equal("task-ambiguous", (await Assert.ThrowsAsync<PondException>(() => FindAsync(""))).Code);
        Assert.Equal("task-unnamed", (await Assert.ThrowsAsync<PondException>(
            () => TaskLookup.FindAsync(_ledger.Client, null, _folder.Root, CancellationToken.None))).Code);
    }

    [Fact]
    public async Task A_task_is_funded_stopped_and_started()
    {
        var transactions = new TaskTransactions(_ledger.Client, _ledger.Sender);
        var task = await DeployAsync();

        task = await transactions.FundAsync(Payer, task, new Lamports(1_500_000_000), CancellationToken.None);
        Assert.Equal(new Lamports(11_500_000_000), task.TotalBounty);
        Assert.False((await transactions.SetActiveAsync(Payer, task, isActive: false, CancellationToken.None)).IsActive);
        Assert.Equal(
            "transaction-failed",
            (await Assert.ThrowsAsync<PondException>(() => transactions.SetActiveAsync(LocalLedger.Faucet, task with { IsActive = false }, isActive: true, CancellationToken.None))).Code);
        Assert.Equal("task-unfundable", (await Assert.ThrowsAsync<PondException>(() => transactions.FundAsync(Payer, task, Lamports.Zero, CancellationToken.None))).Code);
        Assert.Equal(
            "funds-insufficient",
            (await Assert.ThrowsAsync<PondException>(() => transactions.FundAsync(Payer, task, Lamports.FromKoii(1000), CancellationToken.None))).Code);
    }

    private static void Throw(bool isTime)
    {
        if (isTime)
        {
            throw new KilledException();
        }
    }

    private TaskBundle Bundle() => Project().OpenBundle(CancellationToken.None)!;

    private TaskProject Project() => new(_folder.At("project"), TaskConfigFile.Read(_folder.At("project")).Require());

    private TaskDeployment Deployment(Action<DeploymentStep>? onStep = null) => new(
        Project(),
        new DeploymentTarget { Rpc = _ledger.Host.Endpoint, Store = _rpc.Address },
        _ledger.Client,
        _ledger.Sender,
        _http,
        TimeProvider.System,
        onStep ?? (static _ => { }));

    private Task<TaskInfo> DeployAsync(Action<DeploymentStep>? onStep = null) =>
        Deployment(onStep).DeployAsync(Payer, Bundle(), isNew: false, CancellationToken.None);

    private Task<Lamports> BalanceAsync() => _ledger.Client.GetBalanceAsync(Payer.PublicKey, Commitment.Confirmed, CancellationToken.None);

    private async Task<List<Pubkey>> TasksAsync() =>
        [.. (await _ledger.Client.GetTasksAsync(Commitment.Confirmed, CancellationToken.None)).Where(task => task.Manager == Payer.PublicKey).Select(task => task.Task)];

    private async Task WriteAsync(string program, string network, string executable, int bounty = 10, string more = "")
    {
        await File.WriteAllTextAsync(_folder.At("project/dist/main.js"), $"// {program}\n");
        await File.WriteAllTextAsync(
            _folder.At("project/config-task.yml"),
            $"""
            task_name: 'hello'
            author: 'Ann'
            description: 'A test'
            repositoryUrl: 'https://example.org'
            task_executable_network: {network}
            task_audit_program: {executable}
            round_time: 120
            audit_window: 40
            submission_window: 40
            minimum_stake_amount: 1.9
            task_type: 'KOII'
            total_bounty_amount: {bounty}
            bounty_amount_per_round: 0.1
            allowed_failed_distributions: 3
            space: 0.1
            {more}
            """);
    }

    private sealed class KilledException : Exception;
}
