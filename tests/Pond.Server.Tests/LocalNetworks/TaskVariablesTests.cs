using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Server.LocalNetworks;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.LocalNetworks;

public sealed class TaskVariablesTests
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    [Fact]
    public void Words_set_take_away_and_pass_on()
    {
        var variables = TaskVariables.Change(None.Add("OLD", "1").Add("KEPT", "2"), ["URL=https://example.org/?a=b", "OLD=", "TOKEN"], name => $"my {name}");

        Assert.Equal([("KEPT", "2"), ("TOKEN", "my TOKEN"), ("URL", "https://example.org/?a=b")], variables.Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("=value")]
    [InlineData("1ST=value")]
    [InlineData("A-B=value")]
    [InlineData("A B=value")]
    [InlineData("NOT_SET")]
    [InlineData("A=\0")]
    public void What_can_be_no_variable_is_refused_with_the_way_to_say_it(string word)
    {
        var refused = Assert.Throws<PondException>(() => TaskVariables.Change(None, [word], _ => null));

        Assert.Equal("option-invalid", refused.Code);
        Assert.NotEmpty(refused.Fix);
    }

    [Fact]
    public void A_network_remembers_them_for_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        var home = new LocalNetworkHome(folder.Root);
        Assert.Empty(home.ReadVariables());

        home.WriteVariables(None.Add("API_KEY", "secret"));

        Assert.Equal("secret", home.ReadVariables()["API_KEY"]);
        Assert.True(
            OperatingSystem.IsWindows() || File.GetUnixFileMode(folder.At("network/variables.json")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }
}
