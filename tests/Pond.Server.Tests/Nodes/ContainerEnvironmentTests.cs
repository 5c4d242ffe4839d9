using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Nodes;

/// <summary>The files of an operator of Koii's container node, as its samples have them.</summary>
public sealed class ContainerEnvironmentTests
{
    private static readonly Pubkey First = LocalLedger.KeyOf("first").PublicKey;
    private static readonly Pubkey Second = LocalLedger.KeyOf("second").PublicKey;

    [Fact]
    public void A_file_as_the_samples_have_it_is_read_and_is_every_tasks_variables()
    {
        var environment = ContainerEnvironment.Parse($"""
            # Location of main wallet
            WALLET_LOCATION="/app/config/id.json"
            NODE_MODE="service"
            SERVICE_URL="http://1.2.3.4:30017"
            GLOBAL_TIMERS="false"
            export ENVIRONMENT=development
            K2_NODE_URL='http://127.0.0.1:8899' # the local ledger
            TASKS="{First}, {Second}"
            TASK_STAKES=1.5,2
            SERVER_PORT=30018
            SCRAPING_URL=https://example.com/#top
            EMPTY=
            """);

        Assert.Equal([(First, new Lamports(1_500_000_000)), (Second, new Lamports(2_000_000_000))], environment.Tasks.ToArray());
        Assert.Equal((new Uri("http://127.0.0.1:8899"), new Uri("http://1.2.3.4:30017"), 30018), (environment.Ledger, environment.ServiceAddress, environment.Port));
        Assert.Equal((false, true, "service", "/app/config/id.json"), (environment.HasTimers, environment.IsDevelopment, environment.Mode, environment.Wallet));
        Assert.Equal(("https://example.com/#top", "", "development"), (environment.Variables["SCRAPING_URL"], environment.Variables["EMPTY"], environment.Variables["ENVIRONMENT"]));
    }

    [Fact]
    public void What_the_file_leaves_out_is_as_in_the_original()
    {
        var environment = ContainerEnvironment.Parse($"TASKS={First}");

        Assert.Equal([(First, Lamports.Zero)], environment.Tasks.ToArray());
        Assert.Equal((ContainerEnvironment.DefaultLedger, 30017, true, false), (environment.Ledger, environment.Port, environment.HasTimers, environment.IsDevelopment));
        Assert.Null(environment.ServiceAddress);
        Assert.False(ContainerEnvironment.Parse("TIMERS=no").HasTimers);
    }

    [Theory]
    [InlineData("nonsense", "Line 1")]
    [InlineData("A=1\nB C=2", "Line 2")]
    [InlineData("TASKS=nokey", "nokey")]
    [InlineData("TASK_STAKES=1", "TASK_STAKES")]
    [InlineData("K2_NODE_URL=localhost:8899", "K2_NODE_URL")]
    [InlineData("SERVER_PORT=70000", "SERVER_PORT")]
    [InlineData("OPERATOR_PORT=x", "OPERATOR_PORT")]
    public void What_can_not_be_meant_is_named(string text, string named)
    {
        var exception = Assert.Throws<PondException>(() => ContainerEnvironment.Parse(text));

        Assert.Equal("environment-invalid", exception.Code);
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0000000001")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("100000000000")]
    public void A_stake_is_an_amount_of_koii(string stake) => Assert.Throws<PondException>(
        () => ContainerEnvironment.Parse($"TASKS={First}\nTASK_STAKES={stake}"));

    [Fact]
    public void Keys_are_found_where_the_container_has_them()
    {
        using var root = new TemporaryFolder();
        var folders = new ContainerFolders(root.Root);
        var environment = ContainerEnvironment.Parse("");
        Assert.Equal("key-missing", Assert.Throws<PondException>(() => folders.ReadKeys(environment, _ => "").Main).Code);
        Assert.Null(folders.ReadStakingKey(isToken: false));

        Directory.CreateDirectory(root.At("config"));
        Directory.CreateDirectory(root.At("namespace"));
        File.WriteAllText(root.At("config", "id.json"), LocalLedger.KeyOf("main").ToKeyFile());
        File.WriteAllText(root.At("namespace", "staking_wallet.json"), LocalLedger.KeyOf("staking").ToKeyFile());

        Assert.Equal(LocalLedger.KeyOf("main").PublicKey, folders.ReadKeys(environment, _ => "").Main.PublicKey);
        Assert.Equal(LocalLedger.KeyOf("staking").PublicKey, folders.ReadStakingKey(isToken: false)!.PublicKey);
        File.WriteAllText(root.At("config", "id.json"), "[1,2,3]");
        Assert.Equal("key-unreadable", Assert.Throws<PondException>(() => folders.ReadKeys(environment, _ => "").Main).Code);
        Assert.Equal(root.At("dist"), folders.Executables);
    }
}
