using System.Text.Json.Nodes;
using Pond.Primitives.Cryptography;
using YamlDotNet.RepresentationModel;

namespace Pond.EndToEnd.Tests;

/// <summary>What docs/operations/node.md and deploy/ say is done, on processes of their own.</summary>
public sealed class NodeGuideTests : IDisposable
{
    private const int SlotMs = 50;

    private static readonly string Repository = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(4), TimeProvider.System);

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task The_commands_of_a_nodes_day_do_what_they_say()
    {
        await using var network = await NodeNetwork.StartAsync(1, SlotMs, 80, _patience.Token);
        network.Start(0, "Pond.TestTask");
        var folder = network.FolderOf(0);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(folder, "config", "id.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await UntilAsync(network, async () => (await StatusAsync(network))["tasks"]![0]!["state"]!.GetValue<string>() is "running");
        var said = new List<string>();
        var commands = CommandsOf(await File.ReadAllTextAsync(Path.Combine(Repository, "docs", "operations", "node.md"), _patience.Token)).ToList();
        Assert.InRange(commands.Count, 15, 40);
        foreach (var line in commands)
        {
            said.Add(await SucceedAsync(network, line.Replace("TASK", $"{network.Task.Task}", StringComparison.Ordinal).Split(' ')[1..]));
        }

        Assert.True(File.Exists(Path.Combine(folder, "node-backup.tar.gz")));
        Assert.Contains(said, text => text.Contains("1.5", StringComparison.Ordinal) && text.Contains("done", StringComparison.Ordinal));
        // What was made, exported and shown is one and the same key.
        var key = Keypair.ParseKeyFile(await File.ReadAllTextAsync(Path.Combine(folder, "my-id.json"), _patience.Token));
        Assert.Contains(said, text => text.Contains($"main         {key.PublicKey}", StringComparison.Ordinal));
        await UntilAsync(network, async () => (await StatusAsync(network))["tasks"]![0]!["state"]!.GetValue<string>() is "running");
    }

    [Fact]
    public async Task A_phrase_brings_its_keys_back_and_a_wrong_one_is_told()
    {
        await using var network = await NodeNetwork.StartAsync(1, SlotMs, 80, _patience.Token);
        Directory.CreateDirectory(network.FolderOf(0));
        var made = JsonNode.Parse(await SucceedAsync(network, "key", "new", "--words", "24", "--json"))!;
        var phrase = Path.Combine(network.FolderOf(0), "phrase.txt");
        await File.WriteAllTextAsync(phrase, made["phrase"]!.GetValue<string>(), _patience.Token);
        string[] import = ["key", "import", "again", "--phrase-file", phrase, "--url", $"{network.Client.Endpoint}", "--json"];

        Assert.Equal(2, await ExitAsync(network, import));
        var imported = JsonNode.Parse(await SucceedAsync(network, [.. import, "--scheme", "koii"]))!;

        Assert.Equal(made["address"]!.GetValue<string>(), imported["address"]!.GetValue<string>());
        Assert.Equal(5, imported["candidates"]!.AsArray().Count);
        Assert.All(imported["candidates"]!.AsArray(), each => Assert.Equal(0, each!["balance"]!.GetValue<long>()));
        Assert.Equal(3, await ExitAsync(network, [.. import, "--scheme", "koii"]));
        await File.WriteAllTextAsync(phrase, "abandon " + made["phrase"]!.GetValue<string>(), _patience.Token);
        Assert.Equal(3, await ExitAsync(network, ["key", "import", "third", "--phrase-file", phrase, "--scheme", "koii"]));
        await File.WriteAllTextAsync(phrase, "not the passphrase", _patience.Token);
        Assert.Equal(9, await ExitAsync(network, ["key", "show", "again", "--phrase", "--passphrase-file", phrase]));
        Assert.Equal(4, await ExitAsync(network, ["node", "status"]));
    }

    [Fact]
    public async Task The_command_of_the_compose_file_runs_on_the_folders_that_it_mounts()
    {
        await using var network = await NodeNetwork.StartAsync(1, SlotMs, 80, _patience.Token);
        network.Start(0, "Pond.TestTask");
        var old = network.FolderOf(0);
        await network.KillAsync(0);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(await File.ReadAllTextAsync(Path.Combine(Repository, "deploy", "compose.yaml"), _patience.Token)));
        var service = (YamlMappingNode)((YamlMappingNode)yaml.Documents[0].RootNode)["services"]["task_node"];
        // The old node's folders lie where they lay: config in the user's own, the others beside the file.
        var root = Directory.CreateDirectory(Path.Combine(network.Home, "app")).FullName;
        var hosts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["~/.config/koii"] = Path.Combine(old, "config"),
            ["./data"] = Directory.CreateDirectory(Path.Combine(old, "data")).FullName,
            ["./namespace"] = Directory.CreateDirectory(Path.Combine(old, "namespace")).FullName,
            ["./dist"] = Path.Combine(old, "executables"),
            ["./.env.local"] = Path.Combine(old, ".env.local"),
        };
        foreach (var volume in ((YamlSequenceNode)service["volumes"]).Select(node => ((YamlScalarNode)node).Value!.Split(':')))
        {
            File.CreateSymbolicLink(Path.Combine(root, volume[1]["/app/".Length..]), hosts[volume[0]]);
        }

        string[] command = [.. ((YamlSequenceNode)service["command"]).Select(node => ((YamlScalarNode)node).Value!)];
        var dockerfile = await File.ReadAllTextAsync(Path.Combine(Repository, "deploy", "Dockerfile"), _patience.Token);
        Assert.Contains($"CMD [{string.Join(", ", command.Select(word => $"\"{word}\""))}]", dockerfile, StringComparison.Ordinal);
        using var node = PondProcess.StartIn(root, network.Home, [.. command.Select(word => word is "/app" ? root : word), "--give-staking-keys", "--unboxed", "all"]);

        await node.WaitForTextAsync($"task {network.Task.Task} runs", _patience.Token);

        Assert.Contains("runs, as", node.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(old, "data", "money.db")));
        node.Interrupt();
        Assert.Equal(0, await node.WaitForExitAsync(_patience.Token));
    }

    private static IEnumerable<string> CommandsOf(string guide)
    {
        var isDay = false;
        foreach (var line in guide.Split('\n').Select(line => line.TrimEnd()))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isDay = line is "```sh day";
            }
            else if (isDay && line.StartsWith("pond ", StringComparison.Ordinal))
            {
                yield return line;
            }
        }
    }

    private static async Task UntilAsync(NodeNetwork network, Func<Task<bool>> isSo)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), network.ErrorsOf(0));
            await timer.WaitForNextTickAsync();
        }
    }

    private async Task<JsonNode> StatusAsync(NodeNetwork network)
    {
        using var pond = PondProcess.StartIn(network.FolderOf(0), network.Home, "node", "status", "--json");
        return await pond.WaitForExitAsync(_patience.Token) == 0 ? JsonNode.Parse(pond.Out)! : JsonNode.Parse("""{"tasks":[{"state":"unknown"}]}""")!;
    }

    private async Task<string> SucceedAsync(NodeNetwork network, params string[] words)
    {
        using var pond = PondProcess.StartIn(network.FolderOf(0), network.Home, words);
        var exit = await pond.WaitForExitAsync(_patience.Token);
        Assert.True(exit == 0, $"pond {string.Join(' ', words)}: exit code {exit}\n{pond.Out}\n{pond.Error}");
        return pond.Out;
    }

    private async Task<int> ExitAsync(NodeNetwork network, string[] words)
    {
        using var pond = PondProcess.StartIn(network.FolderOf(0), network.Home, words);
        return await pond.WaitForExitAsync(_patience.Token);
    }
}
