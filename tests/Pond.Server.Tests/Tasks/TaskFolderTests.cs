using Pond.Primitives;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Tasks;

public sealed class TaskFolderTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-test-");
    private readonly string _folder;

    public TaskFolderTests()
    {
        _folder = _root.CreateSubdirectory("task").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "a", "b"));
        File.WriteAllText(Path.Combine(_folder, "a", "one.txt"), "one");
        File.WriteAllText(Path.Combine(_folder, "a", "b", "two.txt"), "two");
        File.WriteAllText(Path.Combine(_root.FullName, "secret"), "secret");
    }

    private string Copy => Path.Combine(_root.FullName, "copy");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("a")]
    [InlineData("a/")]
    public void Folder_is_copied_with_all_that_is_in_it(string path)
    {
        CopyOut(path);

        Assert.Equal("one", File.ReadAllText(Path.Combine(Copy, "one.txt")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(Copy, "b", "two.txt")));
    }

    [Fact]
    public void Single_file_is_copied()
    {
        CopyOut("a/b/two.txt");

        Assert.Equal("two", File.ReadAllText(Copy));
    }

    [Theory]
    [InlineData("", "path-refused")]
    [InlineData("/etc/passwd", "path-refused")]
    [InlineData("..", "path-refused")]
    [InlineData("../secret", "path-refused")]
    [InlineData("a/../../secret", "path-refused")]
    [InlineData("a/./one.txt", "path-refused")]
    [InlineData("a//one.txt", "path-refused")]
    [InlineData("a\0b", "path-refused")]
    [InlineData("c", "path-missing")]
    [InlineData("a/one.txt/x", "path-missing")]
    public void Path_that_leaves_the_folder_or_leads_nowhere_is_refused(string path, string code)
    {
        Assert.Equal(code, Assert.Throws<PondException>(() => CopyOut(path)).Code);
        Assert.False(File.Exists(Copy));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("way/secret")]
    [InlineData("inner")]
    public void Link_is_refused_wherever_it_stands_and_wherever_it_leads(string path)
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), Path.Combine(_root.FullName, "secret"));
        File.CreateSymbolicLink(Path.Combine(_folder, "way"), _root.FullName);
        File.CreateSymbolicLink(Path.Combine(_folder, "inner"), "a/one.txt");

        Assert.Equal("path-refused", Assert.Throws<PondException>(() => CopyOut(path)).Code);
    }

    [Fact]
    public void Whole_folder_is_refused_while_a_link_is_in_it()
    {
        CopyOut(".");
        Directory.Delete(Copy, recursive: true);
        File.CreateSymbolicLink(Path.Combine(_folder, "a", "b", "link"), "two.txt");

        Assert.Equal("path-refused", Assert.Throws<PondException>(() => CopyOut(".")).Code);
    }

    [Fact]
    public void Pipe_is_refused_and_not_waited_for()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder, "pipe"));
        made.WaitForExit();

        Assert.Equal("path-refused", Assert.Throws<PondException>(() => CopyOut("pipe")).Code);
    }

    [Fact]
    public void Copy_stops_at_its_limit()
    {
        new TaskFolder(_folder).CopyOut("a", Copy, maxBytes: 6, CancellationToken.None);
        Directory.Delete(Copy, recursive: true);

        var exception = Assert.Throws<PondException>(() => new TaskFolder(_folder).CopyOut("a", Copy, maxBytes: 5, CancellationToken.None));

        Assert.Equal("content-too-large", exception.Code);
    }

    private void CopyOut(string path) => new TaskFolder(_folder).CopyOut(path, Copy, maxBytes: 1000, CancellationToken.None);
}
