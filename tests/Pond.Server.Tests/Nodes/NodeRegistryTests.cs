using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;
using Pond.Server.Tests.Ledger;
using Pond.Server.Tests.Tasks;
using Pond.Testing;

namespace Pond.Server.Tests.Nodes;

/// <summary>What nodes tell of themselves, and what of it is believed.</summary>
public sealed class NodeRegistryTests
{
    private static readonly Keypair Other = LocalLedger.KeyOf("other");
    private static readonly Pubkey Staker = LocalLedger.KeyOf("staker").PublicKey;

    private readonly ManualTimeProvider _time = new();
    private readonly NodeRegistry _registry;
    private readonly NodeRegistry _others;
    private readonly TaskInfo _task;

    public NodeRegistryTests()
    {
        _registry = new(LocalLedger.KeyOf("me"), _time);
        _others = new(Other, _time);
        var task = new FakeTaskServices().GetTaskAsync(CancellationToken.None).AsTask().Result;
        _task = task with
        {
            Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Staker, new(10)),
            Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty.Add(Staker, "http://10.0.0.1:30017"),
        };
    }

    [Fact]
    public void Of_a_node_that_has_told_nothing_the_ledgers_address_is_shown()
    {
        var entry = Assert.Single(Read());

        Assert.Equal("http://10.0.0.1:30017", (string?)entry!["data"]!["url"]);
        Assert.Equal((Staker.ToString(), _task.Task.ToString()), ((string?)entry["submitterPubkey"], (string?)entry["data"]!["taskId"]));
    }

    [Fact]
    public void A_signed_entry_is_taken_and_the_newest_stands()
    {
        var first = _others.OwnEntry(_task.Task, Staker, new("http://10.0.0.2:1"));
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = _others.OwnEntry(_task.Task, Staker, new("http://10.0.0.2:2"));

        Assert.True(Register(second));
        Assert.False(Register(second));
        Assert.False(Register(first));

        var entry = Assert.Single(Read())!;
        Assert.Equal(("http://10.0.0.2:2", Other.PublicKey.ToString()), ((string?)entry["data"]!["url"], (string?)entry["owner"]));
    }

    [Fact]
    public void An_entry_that_is_not_whole_or_not_its_owners_is_refused()
    {
        var good = _others.OwnEntry(_task.Task, Staker, new("http://10.0.0.2:1"));

        Assert.False(Register(Changed(good, entry => entry["data"]!["url"] = "http://evil.example")));
        Assert.False(Register(Changed(good, entry => entry["owner"] = LocalLedger.KeyOf("stranger").PublicKey.ToString())));
        Assert.False(Register(Changed(good, entry => entry["submitterPubkey"] = LocalLedger.KeyOf("stranger").PublicKey.ToString())));
        Assert.False(Register(Changed(good, entry => entry["signature"] = "")));
        Assert.False(Register(Changed(good, entry => entry["signature"] = "0OIl")));
        Assert.False(Register(Changed(good, entry => entry.Remove("data"))));
        Assert.False(Register(Changed(good, entry => entry["filler"] = new string('x', NodeRegistry.MaxEntryBytes))));
        Assert.False(Register(_others.OwnEntry(Staker, Staker, new("http://10.0.0.2:1"))));
        Assert.False(Register(_others.OwnEntry(_task.Task, Staker, new("ftp://10.0.0.2/"))));
        Assert.False(Register(JsonNode.Parse("[]")!));
        Assert.False(Register(JsonNode.Parse("7")!));
        Assert.True(Register(good));
    }

    private static JsonObject Changed(JsonObject entry, Action<JsonObject> change)
    {
        var copy = entry.DeepClone().AsObject();
        change(copy);
        return copy;
    }

    private bool Register(JsonNode entry)
    {
        // As it comes over the wire.
        using var document = JsonDocument.Parse(entry.ToJsonString(Contracts.Json.PondJson.Options));
        return _registry.TryRegister(_task, document.RootElement);
    }

    private JsonArray Read() => JsonNode.Parse(_registry.Read(_task).Span)!.AsArray();
}
