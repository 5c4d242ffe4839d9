using System.Text.Json;
using Pond.Cli.Terminal;
using Pond.Server.Content;
using Pond.Testing;

namespace Pond.Cli.Tests.Store;

/// <summary>Every command of the store, on a folder of its own and while another process (here: another object) serves that folder.</summary>
public sealed class StoreCommandTests : IDisposable
{
    private const string Hello = "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4";

    private readonly string _folder = Directory.CreateTempSubdirectory("pond-cli-").FullName;
    private readonly ManualTimeProvider _time = new();

    private string Home => Path.Combine(_folder, "home");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Content_is_added_listed_read_exported_imported_and_let_go(bool isServed)
    {
        await using var served = isServed ? await Served.StartAsync(Home, _time) : null;
        var hello = Write("folder/hello.txt", "hello world\n");
        Write("folder/sub/other.txt", "other");

        Assert.Equal($"{Hello}\n", await RunAsync("add", "--quiet", hello));
        Assert.Equal("QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o\n", await RunAsync("add", "--cid-version", "0", "-q", hello));
        var added = await JsonAsync("add", "--name", "a folder", Path.Combine(_folder, "folder"));
        var root = added.GetProperty("added")[0].GetProperty("cid").GetString()!;
        Assert.Equal(2, added.GetProperty("added")[0].GetProperty("files").GetInt32());

        Assert.Contains("hello.txt", await RunAsync("ls", root), StringComparison.Ordinal);
        Assert.Equal("sub", (await JsonAsync("ls", root)).GetProperty("entries")[1].GetProperty("name").GetString());
        Assert.Equal("file", (await JsonAsync("stat", $"{root}/hello.txt")).GetProperty("kind").GetString());
        Assert.Equal(3, (await JsonAsync("stat")).GetProperty("pins").GetInt32());

        await RunAsync("get", root, "-o", Path.Combine(_folder, "out"));
        Assert.Equal("other", await File.ReadAllTextAsync(Path.Combine(_folder, "out", "sub", "other.txt")));

        var car = Path.Combine(_folder, "folder.car");
        var exported = await JsonAsync("export", root, "-o", car);
        Assert.Equal(new FileInfo(car).Length, exported.GetProperty("sizeBytes").GetInt64());

        var pins = await JsonAsync("pin", "ls");
        Assert.Contains(pins.GetProperty("pins").EnumerateArray(), pin => pin.GetProperty("name").GetString() is "a folder");
        await RunAsync("pin", "rm", root);
        await RunAsync("pin", "rm", Hello);
        Assert.Equal(4, (await JsonAsync("gc")).GetProperty("blocks").GetInt32());

        Assert.Equal($"{root}\n", await RunAsync("import", "--name", "again", car));
        Assert.Equal($"{root}  178 B\n", await RunAsync("pin", "add", "--name", "twice", root));
        Assert.True((await JsonAsync("verify")).GetProperty("ok").GetBoolean());
        Assert.Equal(0, (await JsonAsync("gc")).GetProperty("blocks").GetInt32());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Failures_say_what_to_do_and_have_their_exit_codes(bool isServed)
    {
        await using var served = isServed ? await Served.StartAsync(Home, _time) : null;

        Assert.StartsWith("error path-not-found: ", await FailAsync("add", Path.Combine(_folder, "nothing")), StringComparison.Ordinal);
        Assert.StartsWith("error cid-invalid: ", await FailAsync("get", "what"), StringComparison.Ordinal);
        Assert.StartsWith("error block-missing: ", await FailAsync("ls", Hello), StringComparison.Ordinal);
        Assert.StartsWith("error block-missing: ", await FailAsync("pin", "add", Hello), StringComparison.Ordinal);
        Assert.StartsWith("error pin-not-found: ", await FailAsync("pin", "rm", "bafkqaaa"), StringComparison.Ordinal);
        Assert.StartsWith("error path-not-found: ", await FailAsync("import", Path.Combine(_folder, "nothing.car")), StringComparison.Ordinal);
        Assert.StartsWith("error car-malformed: ", await FailAsync("import", Write("bad.car", "this is no car")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_pin_that_expires_lets_its_content_go(bool isServed)
    {
        await using var served = isServed ? await Served.StartAsync(Home, _time) : null;
        await RunAsync("add", "--expires-days", "1", Write("short", "soon gone"));

        Assert.Equal(0, (await JsonAsync("gc")).GetProperty("blocks").GetInt32());
        _time.Advance(TimeSpan.FromDays(2));
        var collected = await JsonAsync("gc");

        Assert.Equal((1, 1), (collected.GetProperty("expiredPins").GetInt32(), collected.GetProperty("blocks").GetInt32()));
    }

    [Fact]
    public async Task A_damaged_block_is_found_and_repaired_by_adding_it_again()
    {
        var file = Write("large", new string('x', 100_000));
        await RunAsync("add", file);
        var block = Directory.EnumerateFiles(Path.Combine(Home, "blocks"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(block, "damaged");

        var (exitCode, output, _) = await TryAsync("verify", "--repair");
        Assert.Equal(ExitCode.CheckFailed, exitCode);
        Assert.Contains("has changed on disk", output, StringComparison.Ordinal);
        await RunAsync("add", file);

        Assert.Equal(ExitCode.Ok, (await TryAsync("verify")).ExitCode);
    }

    [Fact]
    public async Task A_folder_whose_server_was_killed_is_opened_as_ever_and_one_that_is_held_without_a_server_is_in_use()
    {
        await RunAsync("add", Write("file", "x"));
        await File.WriteAllTextAsync(Path.Combine(Home, "serving"), "http://127.0.0.1:9/");
        Assert.Equal(1, (await JsonAsync("stat")).GetProperty("pins").GetInt32());

        using var held = new ContentStore(Home);

        Assert.StartsWith("error store-in-use: ", await FailAsync("stat"), StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<string> RunAsync(params string[] words)
    {
        var (exitCode, output, error) = await TryAsync(words);
        Assert.Equal("", error);
        Assert.Equal(ExitCode.Ok, exitCode);
        return output;
    }

    private async Task<JsonElement> JsonAsync(params string[] words)
    {
        var answer = JsonDocument.Parse(await RunAsync([.. words, "--json"])).RootElement;
        Assert.Equal(1, answer.GetProperty("schema").GetInt32());
        return answer;
    }

    private async Task<string> FailAsync(params string[] words)
    {
        var (exitCode, output, error) = await TryAsync(words);
        Assert.NotEqual(ExitCode.Ok, exitCode);
        Assert.Equal("", output);
        return error;
    }

    private async Task<(int ExitCode, string Output, string Error)> TryAsync(params string[] words)
    {
        using var output = new WrittenConsole();
        using var error = new WrittenConsole();
        var exitCode = await PondCommand.RunAsync(["store", .. words, "--home", Home], new Terminals(output.Console, error.Console), _time);
        return (exitCode, output.Text, error.Text);
    }

    private sealed class Served(ContentStore store, StoreHost host) : IAsyncDisposable
    {
        internal static async Task<Served> StartAsync(string home, TimeProvider time)
        {
            var store = new ContentStore(home);
            return new(store, await StoreHost.StartAsync(store, new() { GatewayPort = 0, RpcPort = 0 }, time, CancellationToken.None));
        }

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            store.Dispose();
        }
    }
}
