using System.Net;
using System.Net.Sockets;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks.Sandbox;
using Xunit.Abstractions;

namespace Pond.Server.Tests.Tasks;

public sealed class TaskSandboxTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Boxed_task_works_and_stays_in_its_box()
    {
        if (await GetSandboxAsync() is not { } sandbox)
        {
            return;
        }

        Assert.Equal(
            [
                "connect loopback: no", "read host file: no", "see other processes: no", "write bundle: no", "write folder: yes", "write tmp: yes",
            ],
            await LookAroundAsync(sandbox),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Unboxed_task_has_the_rights_of_the_node()
    {
        // The counter-check: the bait is real, so that the box's refusals mean something.
        var seen = await LookAroundAsync(sandbox: null);

        Assert.Contains(seen, line => line == "connect loopback: yes");
        Assert.Contains(seen, line => line == "read host file: yes");
        Assert.Contains(seen, line => line == "see other processes: yes");
    }

    [Fact]
    public async Task Boxed_task_works_publishes_and_ends_like_any_other()
    {
        if (await GetSandboxAsync() is not { } sandbox)
        {
            return;
        }

        await using var run = await TaskRun.StartAsync(sandbox: sandbox);

        var outcome = await run.CallAsync(TaskPhase.Execute, 7);

        Assert.True(outcome.Error is null, outcome.Error);
        Assert.Equal("cidround7", run.Services.Values["result-7"]);
        Assert.Equal("work of round 7", System.Text.Encoding.UTF8.GetString(run.Services.Content["cidround7/result.txt"]));
        await run.Process.DisposeAsync();
        Assert.Equal(0, (await run.Process.Exited).Code);
    }

    [Fact]
    public async Task Boxed_task_that_will_not_exit_is_killed_with_its_box()
    {
        if (await GetSandboxAsync() is not { } sandbox)
        {
            return;
        }

        await using var run = await TaskRun.StartAsync("stubborn", sandbox, TimeSpan.FromMilliseconds(50));
        await run.LineAsync("stubborn");

        await run.Process.DisposeAsync();

        Assert.NotEqual(0, (await run.Process.Exited).Code);
        Assert.DoesNotContain(CommandLines(), line => line.Contains(run.Root, StringComparison.Ordinal));
    }

    private static async Task<string[]> LookAroundAsync(TaskSandbox? sandbox)
    {
        var bait = Path.GetTempFileName();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        try
        {
            var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            await using var run = await TaskRun.StartAsync(
                "look-around", sandbox, variables: [("HOST_FILE", bait), ("HOST_PORT", port)]);
            var outcome = await run.CallAsync(TaskPhase.Execute, 1);
            Assert.True(outcome.Error is null, outcome.Error);
            await run.Process.DisposeAsync();
            return [.. run.Lines.Where(line => !line.StartsWith("variable ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
        finally
        {
            File.Delete(bait);
            File.Delete(Path.Combine(TaskRun.Bundle, "planted"));
        }
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            var line = "";
            try
            {
                line = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                // It has just ended.
            }

            yield return line;
        }
    }

    private async Task<TaskSandbox?> GetSandboxAsync()
    {
        var status = await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None);
        output.WriteLine(status.Sandbox is null ? $"Skipped: {status.Summary}" : status.Summary);
        return status.Sandbox;
    }
}
