using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Deployment;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Deployment;

/// <content>Updates of what was deployed.</content>
public sealed partial class TaskDeploymentTests
{
    private const string Why = "migrationDescription: 'It counts better'";

    [Fact]
    public async Task An_update_moves_program_settings_and_bounty_for_exactly_what_the_plan_says()
    {
        var old = await DeployAsync();
        await WriteAsync("two", "IPFS", "dist/main.js", more: Why);
        var before = await BalanceAsync();
        var plan = await Update().PlanUpdateAsync(Payer, old, CancellationToken.None);

        var task = await UpdateAsync();

        Assert.NotEqual(old.Task, task.Task);
        Assert.True(task.IsActive);
        Assert.Equal((old.Task, Bundle().Root.ToString(), Lamports.FromKoii(10)), (task.MigratedFrom, task.Executable, task.TotalBounty));
        var left = (await _ledger.Client.GetTaskAsync(old.Task, Commitment.Confirmed, CancellationToken.None))!;
        Assert.Equal((task.Task, Lamports.Zero), (left.MigratedTo, left.TotalBounty));
        Assert.Equal(before - plan.Total, await BalanceAsync());
        Assert.Contains("\"migrationDescription\": \"It counts better\"", await File.ReadAllTextAsync(_folder.At("project/metadata.json")), StringComparison.Ordinal);
        Assert.Equal(task.Task, Keypair.ParseKeyFile(await File.ReadAllTextAsync(_folder.At("project/taskStateInfoKeypair.json"))).PublicKey);
        Assert.True(File.Exists(_folder.At($"project/taskStateInfoKeypair.before-{old.Task}.json")));
        Assert.Equal(task.Task, (await TaskLookup.FindAsync(_ledger.Client, "hello", _folder.Root, CancellationToken.None)).Task);
        Assert.Equal(old.Task, (await TaskLookup.FindAsync(_ledger.Client, $"{old.Task}", _folder.Root, CancellationToken.None)).Task);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task An_update_that_was_killed_after_any_step_and_begun_again_makes_one_task_of_one(DeploymentStep last)
    {
        var old = await DeployAsync();
        await WriteAsync("two", "IPFS", "dist/main.js", more: Why);
        await Assert.ThrowsAsync<KilledException>(() => UpdateAsync(step => Throw(step == last)));

        var task = await UpdateAsync();

        Assert.Equal(old.Task, task.MigratedFrom);
        Assert.Equal(new[] { old.Task, task.Task }.Order(), (await TasksAsync()).Order());
        // As often as one likes: nothing has changed.
        var again = await Update().FindUpdatedAsync(CancellationToken.None);
        Assert.Equal(task.Task, again.Task);
        Assert.True(await Update().IsUpToDateAsync(again, Bundle(), CancellationToken.None));
        Assert.Equal(task.Task, (await DeployAsync()).Task);
    }

    [Fact]
    public async Task An_updated_task_is_updated_again_under_its_old_id_and_its_new_one()
    {
        var first = await DeployAsync();
        await WriteAsync("two", "IPFS", "dist/main.js", more: Why);
        var second = await UpdateAsync();
        await WriteAsync("three", "IPFS", "dist/main.js", more: $"{Why}\ntask_id: '{first.Task}'");
        var third = await UpdateAsync();
        await WriteAsync("four", "IPFS", "dist/main.js", more: $"{Why}\ntask_id: '{third.Task}'");
        var fourth = await UpdateAsync();

        Assert.Equal((second.Task, third.Task), (third.MigratedFrom!.Value, fourth.MigratedFrom!.Value));
        await WriteAsync("five", "IPFS", "dist/main.js", more: $"{Why}\ntask_id: '{second.Task}'");
        var moved = await Assert.ThrowsAsync<PondException>(() => UpdateAsync());
        Assert.Equal(("task-moved", $"Write task_id: '{third.Task}'."), (moved.Code, moved.Fix));
    }

    [Fact]
    public async Task What_changed_while_an_update_was_stopped_is_said_and_not_lost()
    {
        await DeployAsync();
        await WriteAsync("two", "IPFS", "dist/main.js", more: Why);
        await Assert.ThrowsAsync<KilledException>(() => UpdateAsync(step => Throw(step is DeploymentStep.Created)));
        await WriteAsync("three", "IPFS", "dist/main.js", more: Why);

        Assert.Equal("task-deployed", (await Assert.ThrowsAsync<PondException>(() => UpdateAsync())).Code);
        Assert.Equal(Bundle().Root.ToString(), (await UpdateAsync()).Executable);
        Assert.Equal(3, (await TasksAsync()).Count);
    }

    [Fact]
    public async Task Only_its_manager_updates_a_task_and_only_one_that_there_is()
    {
        await WriteAsync("one", "IPFS", "dist/main.js", more: Why);
        Assert.Equal("task-unnamed", (await Assert.ThrowsAsync<PondException>(() => UpdateAsync())).Code);
        var task = await DeployAsync();
        Assert.Equal(
            "not-manager",
            (await Assert.ThrowsAsync<PondException>(() => Update().UpdateAsync(LocalLedger.Faucet, Bundle(), task, CancellationToken.None))).Code);
        await WriteAsync("one", "IPFS", "dist/main.js", more: $"{Why}\ntask_id: '{Payer.PublicKey}'");
        Assert.Equal("task-not-found", (await Assert.ThrowsAsync<PondException>(() => UpdateAsync())).Code);
    }

    private TaskDeployment Update(Action<DeploymentStep>? onStep = null) => Deployment(onStep);

    private async Task<TaskInfo> UpdateAsync(Action<DeploymentStep>? onStep = null)
    {
        var update = Update(onStep);
        return await update.UpdateAsync(Payer, Bundle(), await update.FindUpdatedAsync(CancellationToken.None), CancellationToken.None);
    }
}
