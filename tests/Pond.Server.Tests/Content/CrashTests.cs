using System.Diagnostics;
using System.Globalization;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

/// <summary>
/// A process is killed while it adds, pins and collects; what is left must be whole and all that was pinned be there.
/// <c>POND_COUNT</c> sets how often, and <c>POND_CRASH_CHILD</c> makes this very test the process that is killed.
/// </summary>
public sealed class CrashTests : IDisposable
{
    private const string ChildVariable = "POND_CRASH_CHILD";
    private const int Size = 300_000;
    private static readonly UnixFsProfile SmallBlocks = UnixFsProfile.V1Of2025 with { ChunkBytes = 20_000, MaxLinks = 8 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_process_leaves_a_store_that_is_whole_with_all_that_was_pinned()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is { Length: > 0 } childFolder)
        {
            AddAndCollectForEver(childFolder);
        }

        var crashes = CaseNumbers.Count(2);
        for (var crash = 0; crash < crashes; crash++)
        {
            // Killed after another number of pins each time, and at whatever the process is doing then.
            await KillAfterAsync(pins: 1 + (crash * 3));

            using var store = new ContentStore(_folder.At("store"));
            Assert.Empty(store.Verify(_ => { }, CancellationToken.None).Problems);
            // A line is written when its pin is there, so each must be; the last may be cut off with the process.
            foreach (var line in (await File.ReadAllLinesAsync(_folder.At("pinned"))).Where(line => line.EndsWith('.')))
            {
                Assert.Contains(store.Pins, pin => pin.Root == Cid.Parse(line[..^1]));
            }

            store.CollectGarbage(CancellationToken.None);
            Assert.Empty(store.Verify(_ => { }, CancellationToken.None).Problems);
        }
    }

    private async Task KillAfterAsync(int pins)
    {
        await File.WriteAllTextAsync(_folder.At("pinned"), "");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "vstest",
                typeof(CrashTests).Assembly.Location,
                $"--TestCaseFilter:FullyQualifiedName~{nameof(A_killed_process_leaves_a_store_that_is_whole_with_all_that_was_pinned)}",
            },
            // Read by nobody: what it says fits into the pipe.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment[ChildVariable] = _folder.Root;
        using var runner = Process.Start(start)!;
        try
        {
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            while (File.ReadAllLines(_folder.At("pinned")).Length <= pins)
            {
                Assert.False(runner.HasExited, "The process that was to be killed has ended by itself.");
                await look.WaitForNextTickAsync();
            }
        }
        finally
        {
            // The process with the test in it is a child of the runner. It is the one that holds the store, so it is seen to end.
            using var holder = File.ReadLines(_folder.At("pinned")).FirstOrDefault() is { } id
                ? Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture))
                : null;
            holder?.Kill();
            runner.Kill(entireProcessTree: true);
            await runner.WaitForExitAsync();
            await (holder?.WaitForExitAsync() ?? Task.CompletedTask);
        }
    }

    private static void AddAndCollectForEver(string folder)
    {
        using var store = new ContentStore(Path.Combine(folder, "store"));
        using var pinned = new StreamWriter(
            new FileStream(Path.Combine(folder, "pinned"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        pinned.WriteLine(Environment.ProcessId);
        var collecting = new Thread(() =>
        {
            while (true)
            {
                store.CollectGarbage(CancellationToken.None);
            }
        })
        { IsBackground = true };
        collecting.Start();
        for (var seed = (uint)Environment.ProcessId; ; seed += 2)
        {
            using var writer = store.BeginAdd("");
            FileBuilder.Add(GeneratedStream.XorShift32(seed + 1, Size), writer, SmallBlocks);
            var root = FileBuilder.Add(GeneratedStream.XorShift32(seed, Size), writer, SmallBlocks).Cid;
            writer.Pin(new Pin(root, ""));
            pinned.WriteLine($"{root}.");
        }
    }
}
