using Pond.Primitives.Tasks;
using Pond.Server.Tasks;
using Pond.Server.Tasks.Sandbox;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks.JavaScript;

namespace Pond.Server.Tests.Tasks.Escape;

/// <summary>Tasks that take more of the machine than they may: each is ended, and the operator is told why.</summary>
public sealed class LimitTests
{
    private const string FillMemory = "const held = []; setInterval(() => held.push(Buffer.alloc(32 << 20, 1)), 5);";

    [Fact]
    public async Task A_memory_bomb_is_ended_and_named()
    {
        if (await RunToItsEndAsync(FillMemory, new TaskLimits { MemoryBytes = 400 << 20 }) is not { } end)
        {
            return;
        }

        Assert.Contains("memory-exceeded", end.Exit.ToString(), StringComparison.Ordinal);
        Assert.Contains("notice: error: memory-exceeded", end.Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fs.appendFileSync('filler', Buffer.alloc(8 << 20))")]
    [InlineData("fs.writeSync(global.file ??= (() => { const file = fs.openSync('gone', 'w'); fs.unlinkSync('gone'); return file; })(), Buffer.alloc(8 << 20))")]
    [InlineData("for (let count = 0; count < 2000; count++) fs.writeFileSync(`${global.number = (global.number ?? 0) + 1}`, '')")]
    public async Task A_disk_filler_is_ended_and_named_whether_its_files_have_names_or_contents(string fill)
    {
        var makesRoom = 0;
        var limits = new TaskLimits { FolderBytes = fill.Contains("number", StringComparison.Ordinal) ? 5 << 20 : 64 << 20 };
        if (await RunToItsEndAsync($"const fs = require('fs'); setInterval(() => {{ {fill} }}, 5);", limits, () => makesRoom++) is not { } end)
        {
            return;
        }

        Assert.Contains("quota-exceeded", end.Exit.ToString(), StringComparison.Ordinal);
        Assert.Contains("notice: error: quota-exceeded", end.Log, StringComparison.Ordinal);
        Assert.Equal(1, makesRoom);
    }

    [Fact]
    public async Task A_flood_of_lines_leaves_a_log_of_bounded_size_and_the_task_alive()
    {
        const string Flood = "process.on('message', () => { for (let count = 0; count < 300; count++) console.log('x'.repeat(50000)); console.log('over'); });";
        if ((await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None)).Sandbox is not { } sandbox)
        {
            return;
        }

        using var bundle = Write(Flood);
        await using var run = await TaskRun.StartAsync(bundle: bundle.Root, services: new FakeJavaScriptServices(), sandbox: sandbox);

        Assert.True((await run.CallAsync(TaskPhase.Execute, 1)).IsDone);
        await run.LineAsync("over");

        Assert.True(await run.Process.IsAliveAsync(TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.InRange(new FileInfo(Path.Combine(run.Folder, "task.log")).Length, 1, 5_000_000);
    }

    [Fact]
    public async Task What_counts_memory_without_cgroups_sees_a_bomb_of_many_processes()
    {
        // The watch itself: where cgroups can be written, the kernel would be first.
        using var bomb = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "head -c 60000000 /dev/zero | tail & head -c 60000000 /dev/zero | tail & wait" },
            RedirectStandardOutput = true,
        })!;
        using var folder = new TemporaryFolder();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var watch = new TaskWatch(bomb.Id, folder.Root, new TaskLimits { MemoryBytes = 30_000_000 }, countsMemory: true, TimeProvider.System);

        var excess = await watch.WaitAsync(patience.Token);

        Assert.True(excess.IsMemory);
        bomb.Kill(entireProcessTree: true);
    }

    private static TemporaryFolder Write(string program)
    {
        var bundle = new TemporaryFolder();
        File.WriteAllText(bundle.At("main.js"), program);
        return bundle;
    }

    private static async Task<(TaskExit Exit, string Log)?> RunToItsEndAsync(string program, TaskLimits limits, Action? onFolderFull = null)
    {
        if ((await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None)).Sandbox is not { } sandbox)
        {
            return null;
        }

        using var bundle = Write(program);
        await using var run = await TaskRun.StartAsync(
            bundle: bundle.Root, services: new FakeJavaScriptServices(), sandbox: sandbox, limits: limits, onFolderFull: onFolderFull);
        var exit = await run.Process.Exited.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        await run.Process.DisposeAsync();
        return (exit, await File.ReadAllTextAsync(Path.Combine(run.Folder, "task.log")));
    }
}
