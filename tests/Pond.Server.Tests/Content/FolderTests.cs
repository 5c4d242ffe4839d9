using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.UnixFs;
using Pond.Testing;

namespace Pond.Server.Tests.Content;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryBlockStore _store = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_from_disk_has_the_root_of_the_vector()
    {
        foreach (var vector in IpfsVectors.Section("dirs").EnumerateArray().Where(vector => vector.Text("id") is "nested"))
        {
            if (vector.Text("profile") is not ("unixfs-v0-2015" or "unixfs-v1-2025"))
            {
                continue;
            }

            var source = _folder.At(vector.Text("profile"));
            TestFolders.Write(vector, source);
            var profile = vector.Text("profile") is "unixfs-v0-2015" ? UnixFsProfile.V0Of2015 : UnixFsProfile.V1Of2025;
            var imported = FolderImporter.Import(source, _store, profile, CancellationToken.None);

            Assert.Equal(vector.GetProperty("root").Text("cid"), imported.Root.ToString());
            Assert.Equal((18, 7), (imported.Files, imported.Folders));
            Assert.Equal(new DirectoryInfo(source).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), imported.SizeBytes);

            var target = _folder.At("out", vector.Text("profile"));
            var exported = FolderExporter.Export(_store, imported.Root, target, imported.SizeBytes, 25, CancellationToken.None);
            Assert.Equal((18, 7, imported.SizeBytes), (exported.Files, exported.Folders, exported.SizeBytes));
            Assert.Equal(imported, FolderImporter.Import(target, _store, profile, CancellationToken.None));
        }
    }

    [Fact]
    public void Symbolic_links_are_stored_and_neither_followed_nor_written_out()
    {
        Directory.CreateDirectory(_folder.At("in"));
        File.WriteAllText(_folder.At("secret"), "secret");
        File.CreateSymbolicLink(_folder.At("in", "file"), _folder.At("secret"));
        Directory.CreateSymbolicLink(_folder.At("in", "up"), "..");

        var imported = FolderImporter.Import(_folder.At("in"), _store, UnixFsProfile.V1Of2025, CancellationToken.None);

        Assert.Equal((0, 1, 2), (imported.Files, imported.Folders, imported.Links));
        var up = UnixFsReader.Resolve(_store, ContentPath.Parse($"{imported.Root}/up"));
        Assert.Equal("..", UnixFsReader.Describe(_store, up).SymlinkTarget);
        var exported = FolderExporter.Export(_store, imported.Root, _folder.At("out"), 100, 100, CancellationToken.None);
        Assert.Equal(2, exported.SkippedLinks);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.At("out")));
    }

    [Fact]
    public void A_path_that_is_not_there_is_named() =>
        Assert.Contains(
            "nothing-here",
            Assert.Throws<PondException>(() => FolderImporter.Import(
                _folder.At("nothing-here"), _store, UnixFsProfile.V1Of2025, CancellationToken.None)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Names_that_lead_out_of_the_folder_are_refused_and_nothing_is_left_behind()
    {
        foreach (var vector in IpfsVectors.Section("unixfs_bad").EnumerateArray()
            .Where(vector => vector.Text("want").Contains("refuse on extract", StringComparison.Ordinal)))
        {
            if (vector.Text("want").EndsWith("on Windows", StringComparison.Ordinal))
            {
                Assert.False(FolderExporter.IsSafeOnWindows(vector.Text("id") is "dir-drive" ? "C:evil" : "NUL"));
                continue;
            }

            _store.Put(Block.Create(1, Multicodec.Raw, "hello world\n"u8.ToArray()));
            _store.Put(Block.Create(1, Multicodec.Raw, ReadOnlyMemory<byte>.Empty));
            var cid = Cid.Parse(vector.Text("cid"));
            _store.Put(Block.Verify(cid, vector.Bytes("block_hex")));

            var failure = Assert.Throws<PondException>(() =>
                FolderExporter.Export(_store, cid, _folder.At("out"), 1000, 1000, CancellationToken.None));

            Assert.Equal("export-name-unsafe", failure.Code);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
        }
    }

    [Theory]
    [InlineData("COM1", false)]
    [InlineData("lpt9.txt", false)]
    [InlineData("con .txt", false)]
    [InlineData("end.", false)]
    [InlineData("what?", false)]
    [InlineData("COMA", true)]
    [InlineData("console", true)]
    [InlineData(".hidden", true)]
    public void Names_that_mean_devices_on_windows_are_known(string name, bool isSafe) =>
        Assert.Equal(isSafe, FolderExporter.IsSafeOnWindows(name));

    [Fact]
    public void What_is_there_already_is_not_touched()
    {
        var file = FileBuilder.Add(new MemoryStream([1]), _store, UnixFsProfile.V1Of2025).Cid;
        File.WriteAllText(_folder.At("mine"), "mine");

        var failure = Assert.Throws<PondException>(() => FolderExporter.Export(_store, file, _folder.At("mine"), 10, 10, CancellationToken.None));

        Assert.Equal("export-exists", failure.Code);
        Assert.Equal("mine", File.ReadAllText(_folder.At("mine")));
    }

    [Fact]
    public void A_terabyte_of_nine_blocks_is_not_written_out()
    {
        var vector = IpfsVectors.Section("dag_bomb");
        CarFile.Import(new MemoryStream(Convert.FromBase64String(vector.Text("car_base64"))), _store, 100_000);

        var failure = Assert.Throws<PondException>(() => FolderExporter.Export(
            _store, Cid.Parse(vector.Text("root")), _folder.At("out"), maxBytes: 1_000_000, maxEntries: 10, CancellationToken.None));

        Assert.Equal("export-too-large", failure.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void A_directory_that_holds_more_entries_than_agreed_is_not_written_out()
    {
        var file = FileBuilder.Add(new MemoryStream([1]), _store, UnixFsProfile.V1Of2025);
        var builder = new DirectoryBuilder();
        for (var index = 0; index < 10; index++)
        {
            builder.Add($"{index}", file);
        }

        var root = builder.Build(_store, UnixFsProfile.V1Of2025).Cid;

        Assert.Equal(10, FolderExporter.Export(_store, root, _folder.At("ten"), 10, 11, CancellationToken.None).Files);
        Assert.Equal(
            "export-too-large",
            Assert.Throws<PondException>(() => FolderExporter.Export(_store, root, _folder.At("less"), 10, 10, CancellationToken.None)).Code);
    }
}
