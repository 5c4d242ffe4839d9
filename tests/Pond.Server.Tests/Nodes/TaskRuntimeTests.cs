using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Nodes;

/// <summary>What a task keeps in its own folder, and what of it may go.</summary>
public sealed class TaskRuntimeTests : IDisposable
{
    private static readonly Pubkey Id = LocalLedger.KeyOf("task").PublicKey;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("namespace", "")]
    [InlineData("tasks", "home")]
    public void A_reset_empties_the_runtime_and_nothing_else(string place, string inner)
    {
        var home = Path.Combine(_folder.Root, place, $"{Id}", inner);
        Directory.CreateDirectory(Path.Combine(home, "runtime", "deep"));
        File.WriteAllBytes(Path.Combine(home, "runtime", "deep", "a"), new byte[1000]);
        File.WriteAllBytes(Path.Combine(home, "runtime", "b"), new byte[500]);
        File.WriteAllText(Path.Combine(home, "KOIIDB"), "kept");

        Assert.Equal(1500, TaskRuntime.ResetIn(_folder.Root, Id));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(home, "runtime")));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(home, "KOIIDB")));
        Assert.Equal(0, TaskRuntime.ResetIn(_folder.Root, Id));
    }

    [Fact]
    public void Links_lead_nowhere()
    {
        var home = Path.Combine(_folder.Root, "namespace", $"{Id}");
        Directory.CreateDirectory(Path.Combine(home, "runtime"));
        var outside = Directory.CreateDirectory(_folder.At("outside")).FullName;
        File.WriteAllBytes(Path.Combine(outside, "precious"), new byte[100]);
        Directory.CreateSymbolicLink(Path.Combine(home, "runtime", "link"), outside);
        Assert.Equal(0, TaskRuntime.MeasureBytes(home));

        TaskRuntime.ResetIn(_folder.Root, Id);
        Directory.Delete(Path.Combine(home, "runtime"));
        Directory.CreateSymbolicLink(Path.Combine(home, "runtime"), outside);
        TaskRuntime.ResetIn(_folder.Root, Id);

        Assert.True(File.Exists(Path.Combine(outside, "precious")));
        Assert.False(Path.Exists(Path.Combine(home, "runtime")));
    }

    [Fact]
    public void A_task_that_the_node_never_ran_is_named() => Assert.Equal(
        "task-folder-missing", Assert.Throws<PondException>(() => TaskRuntime.ResetIn(_folder.Root, Id)).Code);
}
