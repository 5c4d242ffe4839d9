using System.Text;
using Pond.Primitives;
using Pond.Server.Tasks.JavaScript;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Tasks.JavaScript;

/// <summary>A task names what it likes; what it gets is its own.</summary>
public sealed class TaskFilesTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly TaskFiles _files;

    public TaskFilesTests()
    {
        Directory.CreateDirectory(_root.At("task"));
        File.WriteAllText(_root.At("secret"), "the operator's key");
        _files = new(_root.At("task"), "/task");
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("../secret")]
    [InlineData("a/../../secret")]
    [InlineData("/../secret")]
    [InlineData("a\0b")]
    public void A_path_that_leaves_the_folder_is_refused(string path)
    {
        Assert.Equal("path-refused", Fails(() => _files.Read(path)));
        Assert.Equal("path-refused", Fails(() => _files.Write(path, "x"u8, "w")));
        Assert.Equal("path-refused", Fails(() => _files.Rename("x", path)));
        Assert.Equal("the operator's key", File.ReadAllText(_root.At("secret")));
    }

    [Fact]
    public void Links_are_not_followed_wherever_they_stand()
    {
        File.CreateSymbolicLink(_root.At("task/file"), _root.At("secret"));
        Directory.CreateSymbolicLink(_root.At("task/folder"), _root.Root);

        Assert.Equal("ELOOP", Fails(() => _files.Read("file")));
        Assert.Equal("ELOOP", Fails(() => _files.Write("file", "x"u8, "w")));
        Assert.Equal("ELOOP", Fails(() => _files.SetLength("file", 0)));
        Assert.Equal("ENOTDIR", Fails(() => _files.Read("folder/secret")));
        Assert.Equal("ENOTDIR", Fails(() => _files.MakeFolder("folder/new/deep", isRecursive: true)));
        Assert.Equal("ENOTDIR", Fails(() => _files.Rename("folder/secret", "stolen")));
        Assert.Equal("ENOTDIR", Fails(() => _files.List("folder", isRecursive: true)));
        Assert.True(_files.StatusOf("file", "lstat").IsLink);

        // What is removed is the link, never what it leads to.
        _files.RemoveAll("file", isRecursive: false, isForced: false);
        _files.RemoveAll("folder", isRecursive: true, isForced: false);
        Assert.Equal("the operator's key", File.ReadAllText(_root.At("secret")));
        Assert.Empty(Directory.GetFileSystemEntries(_root.At("task")));
    }

    [Fact]
    public void A_recursive_removal_stops_at_links()
    {
        Directory.CreateDirectory(_root.At("task/a/b"));
        File.WriteAllText(_root.At("task/a/b/c"), "x");
        Directory.CreateSymbolicLink(_root.At("task/a/out"), _root.Root);

        _files.RemoveAll("a", isRecursive: true, isForced: false);

        Assert.False(Directory.Exists(_root.At("task/a")));
        Assert.True(File.Exists(_root.At("secret")));
    }

    [Fact]
    public void Flags_say_whether_a_file_is_made_and_what_becomes_of_what_is_there()
    {
        _files.Write("f", "12345"u8, "wx");
        Assert.Equal("EEXIST", Fails(() => _files.Write("f", "x"u8, "wx")));
        _files.Write("f", "67"u8, "a");
        _files.Write("f", "ab"u8, "r+");
        Assert.Equal("ab34567", Encoding.UTF8.GetString(_files.Read("f")));
        _files.Write("f", "w"u8, "w");
        Assert.Equal("w", Encoding.UTF8.GetString(_files.Read("f")));
        Assert.Equal("ENOENT", Fails(() => _files.Write("none", "x"u8, "r+")));
        Assert.Equal("EINVAL", Fails(() => _files.Write("f", "x"u8, "nonsense")));
    }

    [Fact]
    public void What_is_no_file_is_not_read_for_ever()
    {
        Directory.CreateDirectory(_root.At("task/d"));
        using var pipe = System.Diagnostics.Process.Start("mkfifo", _root.At("task/pipe"));
        pipe.WaitForExit();

        Assert.Equal("EISDIR", Fails(() => _files.Read("d")));
        Assert.Equal("EISDIR", Fails(() => _files.Read(".")));
        Assert.Equal("EINVAL", Fails(() => _files.Read("pipe")));
    }

    [Fact]
    public void A_folder_is_not_copied_into_itself()
    {
        _files.MakeFolder("a/b", isRecursive: true);

        Assert.Equal("EINVAL", Fails(() => _files.Copy("a", "a/b/c", isRecursive: true, isExclusive: false, "cp")));
        Assert.Equal("ERR_FS_EISDIR", Fails(() => _files.Copy("a", "x", isRecursive: false, isExclusive: false, "cp")));
    }

    private static string Fails(Action action) => Assert.Throws<PondException>(action).Code;
}
