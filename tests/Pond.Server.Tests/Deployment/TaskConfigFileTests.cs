using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Pond.Primitives;
using Pond.Server.Deployment;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Deployment;

/// <summary>Every rule, broken once: the finding names the rule and leads to the place.</summary>
public sealed partial class TaskConfigFileTests : IDisposable
{
    // Line numbers matter to the tests below.
    private const string Good =
        """
        task_name: 'hello'
        author: 'Ann'
        description: 'A test'
        markdownDescriptionPath: ''
        repositoryUrl: 'https://example.org'
        imageUrl: 'imageUrl'
        task_executable_network: IPFS
        task_audit_program: dist/main.js
        round_time: 120
        audit_window: 40
        submission_window: 40
        minimum_stake_amount: 1.9
        task_type: 'KOII'
        token_type: ''
        total_bounty_amount: 10
        bounty_amount_per_round: 0.1
        allowed_failed_distributions: 0
        space: 0.1
        requirementsTags:
          - type: CPU
            value: '4-core'
          - type: TASK_VARIABLE
            value: 'API_KEY'
        tags: ["AI", "ML"]
        environment: 'TEST'
        task_id: ''
        migrationDescription: ''
        task_vars: 'class=A'
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_good_file_says_what_it_says()
    {
        var file = Read(Good);

        Assert.Empty(file.Findings);
        var config = file.Require();
        Assert.Equal("hello", config.Name);
        Assert.Equal(new Lamports(1_900_000_000), config.MinimumStake);
        Assert.Equal(new Lamports(100_000_000), config.BountyPerRound);
        Assert.Equal(100_000UL, config.SpaceBytes);
        Assert.Equal(0UL, config.AllowedFailedDistributions);
        Assert.Equal((120UL, 40UL, 40UL), (config.RoundTime, config.AuditWindow, config.SubmissionWindow));
        Assert.Equal(["AI", "ML"], config.Tags, StringComparer.Ordinal);
        Assert.Equal<TaskRequirement>([new("CPU", "4-core", null), new("TASK_VARIABLE", "API_KEY", null)], config.Requirements);
        Assert.Equal("class=A", config.Variables);
    }

    [Theory]
    [InlineData("key-missing", 1, 1, "author: 'Ann'", "# author")]
    [InlineData("key-missing", 2, 9, "author: 'Ann'", "author: ' '")]
    [InlineData("key-missing", 3, 14, "description: 'A test'", "description: ''")]
    [InlineData("key-missing", 5, 16, "repositoryUrl: 'https://example.org'", "repositoryUrl: ~")]
    [InlineData("text-wanted", 2, 9, "author: 'Ann'", "author: [Ann]")]
    [InlineData("name-too-long", 1, 12, "'hello'", "'thirteen umläuts: üüüü'")]
    [InlineData("description-missing", 4, 26, "markdownDescriptionPath: ''", "markdownDescriptionPath: nowhere.md")]
    [InlineData("description-empty", 4, 26, "markdownDescriptionPath: ''", "markdownDescriptionPath: empty.md")]
    [InlineData("network-unknown", 7, 26, "IPFS", "FTP")]
    [InlineData("program-not-main-js", 8, 21, "dist/main.js", "dist/bundle.js")]
    [InlineData("program-name-invalid", 8, 21, "IPFS", "DEVELOPMENT")]
    [InlineData(
        "program-too-long",
        8,
        21,
        "IPFS\ntask_audit_program: dist/main.js",
        "DEVELOPMENT\ntask_audit_program: 'a-name-of-sixty-five-letters-is-one-more-than-the-ledger-can-keep'")]
    [InlineData("arweave-id-invalid", 8, 21, "IPFS", "ARWEAVE")]
    [InlineData("whole-number-wanted", 9, 13, "round_time: 120", "round_time: -1")]
    [InlineData("whole-number-wanted", 10, 15, "audit_window: 40", "audit_window: 1.5")]
    [InlineData("slots-zero", 11, 20, "submission_window: 40", "submission_window: 0")]
    [InlineData("round-too-short", 9, 13, "round_time: 120", "round_time: 79")]
    [InlineData("amount-wanted", 12, 23, "minimum_stake_amount: 1.9", "minimum_stake_amount: much")]
    [InlineData("amount-wanted", 15, 22, "total_bounty_amount: 10", "total_bounty_amount: 10.0000000001")]
    [InlineData("stake-zero", 12, 23, "minimum_stake_amount: 1.9", "minimum_stake_amount: 0")]
    [InlineData("type-unknown", 13, 12, "task_type: 'KOII'", "task_type: 'BTC'")]
    [InlineData("token-invalid", 14, 13, "task_type: 'KOII'", "task_type: 'KPL'")]
    [InlineData("bounty-too-small", 15, 22, "total_bounty_amount: 10", "total_bounty_amount: 9.9")]
    [InlineData("round-unpaid", 16, 26, "bounty_amount_per_round: 0.1", "bounty_amount_per_round: 0")]
    [InlineData("bounty-below-round", 16, 26, "bounty_amount_per_round: 0.1", "bounty_amount_per_round: 11")]
    [InlineData("retries-too-many", 17, 31, "allowed_failed_distributions: 0", "allowed_failed_distributions: 256")]
    [InlineData("space-out-of-range", 18, 8, "space: 0.1", "space: 0.09")]
    [InlineData("space-out-of-range", 18, 8, "space: 0.1", "space: 51")]
    [InlineData("requirements-not-a-list", 19, 19, "requirementsTags:\n", "requirementsTags: CPU\nignored:\n")]
    [InlineData("requirement-invalid", 20, 5, "type: CPU", "kind: CPU")]
    [InlineData("requirement-type-unknown", 20, 11, "type: CPU", "type: GPU")]
    [InlineData("requirement-value-invalid", 21, 12, "'4-core'", "4")]
    [InlineData("variable-name-invalid", 23, 12, "'API_KEY'", "'1-KEY'")]
    [InlineData("tags-not-a-list", 24, 7, "[\"AI\", \"ML\"]", "AI")]
    [InlineData("tag-invalid", 24, 8, "[\"AI\", \"ML\"]", "[[], \"ML\"]")]
    [InlineData("environment-unknown", 25, 14, "environment: 'TEST'", "environment: 'LIVE'")]
    [InlineData("task-id-invalid", 26, 10, "task_id: ''", "task_id: 'hello'")]
    [InlineData("variables-too-long", 28, 12, "'class=A'", "'class=A;0123456789012345678901234567890123456789012345678901234567'")]
    [InlineData("audits-do-not-fit", 10, 15, "audit_window: 40", "audit_window: 2")]
    [InlineData("key-duplicate", 2, 1, "author: 'Ann'", "task_name: 'again'")]
    [InlineData("yaml-invalid", 3, 15, "author: 'Ann'", "author: 'Ann")]
    public void A_broken_rule_is_named_with_its_place_cause_and_fix(string rule, int line, int column, string good, string bad)
    {
        var file = Read(Replace(good, bad));

        var finding = Assert.Single(file.Findings, finding => finding.IsError);
        Assert.Equal((rule, line, column), (finding.Rule, finding.Line, finding.Column));
        Assert.NotEmpty(finding.Fix);
        Assert.Null(file.Config);
        var refused = Assert.Throws<PondException>(file.Require);
        Assert.Equal("config-invalid", refused.Code);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{file.Path}:{line}:{column}: error {rule}: {finding.Message}"), refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key-unknown", 25, 1, "environment:", "enviroment:")]
    [InlineData("task-vars-unknown", 28, 12, "'class=A'", "'class=B'")]
    [InlineData("task-vars-unknown", 28, 12, "'class=A'", "'class = A'")]
    [InlineData("task-vars-unknown", 28, 12, "'class=A'", "'fallback=all'")]
    [InlineData("window-short", 10, 15, "audit_window: 40", "audit_window: 39")]
    public void Advice_does_not_stop_a_deployment(string rule, int line, int column, string good, string bad)
    {
        var file = Read(Replace(good, bad));

        var finding = Assert.Single(file.Findings);
        Assert.Equal((rule, line, column, false), (finding.Rule, finding.Line, finding.Column, finding.IsError));
        Assert.NotNull(file.Config);
    }

    /// <summary>The names of the rules stand in their code; one without a planted mistake above is not shown to work.</summary>
    [Fact]
    public async Task Every_rule_has_its_planted_mistake()
    {
        var folder = Path.Combine(RepositoryRoot(), "src/Pond.Server/Deployment");
        var code = string.Concat(await Task.WhenAll(
            new[] { "ConfigNode.cs", "TaskConfigFile.cs", "TaskConfigRules.cs" }.Select(name => File.ReadAllTextAsync(Path.Combine(folder, name)))));
        var rules = RuleName().Matches(code).Select(match => match.Groups["rule"].Value).ToHashSet(StringComparer.Ordinal);
        var planted = new[] { nameof(A_broken_rule_is_named_with_its_place_cause_and_fix), nameof(Advice_does_not_stop_a_deployment) }
            .SelectMany(name => GetType().GetMethod(name)!.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (string)((IReadOnlyList<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0].Value!);

        Assert.True(rules.Count > 35, string.Join(' ', rules));
        Assert.Empty(rules.Except(planted, StringComparer.Ordinal).Except(["config-invalid", "path-not-found"], StringComparer.Ordinal));
    }

    [Fact]
    public void An_update_tells_what_has_changed_and_leaves_the_bounty_to_the_ledger()
    {
        var silent = TaskConfigFile.Read(Write(Replace("total_bounty_amount: 10", "total_bounty_amount: 0")), isUpdate: true);
        var finding = Assert.Single(silent.Findings);
        Assert.Equal(("key-missing", 27, 23, true), (finding.Rule, finding.Line, finding.Column, finding.IsError));
        Assert.Null(silent.Config);

        var said = TaskConfigFile.Read(
            Write(Replace("migrationDescription: ''", "migrationDescription: 'Faster'").Replace("total_bounty_amount: 10", "", StringComparison.Ordinal)), isUpdate: true).Require();
        Assert.Equal(("Faster", Lamports.Zero), (said.MigrationDescription, said.TotalBounty));
    }

    [Fact]
    public void An_unknown_key_is_told_which_one_was_meant() =>
        Assert.Equal("Did you mean environment?", Assert.Single(Read(Replace("environment:", "enviroment:")).Findings).Fix);

    [Fact]
    public void All_mistakes_are_found_at_once_in_the_files_order()
    {
        var file = Read(Good.Replace("'hello'", "''", StringComparison.Ordinal).Replace("space: 0.1", "space: 0", StringComparison.Ordinal));

        Assert.Equal([("key-missing", 1), ("space-out-of-range", 18)], file.Findings.Select(finding => (finding.Rule, finding.Line)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("just a text")]
    [InlineData("a: &x [*x]")]
    [InlineData("\0\u0001")]
    [InlineData("task_name: !!binary aGVsbG8=")]
    public void Whatever_the_file_holds_there_is_a_finding_and_no_crash(string text) => Assert.Contains(Read(text).Findings, finding => finding.IsError);

    [Fact]
    public void A_markdown_file_takes_the_descriptions_place()
    {
        File.WriteAllText(_folder.At("about.md"), "# Hello\n\nIt works.\n");

        Assert.Equal("# Hello\n\nIt works.", Read(Replace("markdownDescriptionPath: ''", "markdownDescriptionPath: ./about.md")).Require().Description);
    }

    [Fact]
    public void A_file_that_is_not_there_is_said_so() =>
        Assert.Equal("path-not-found", Assert.Throws<PondException>(() => TaskConfigFile.Read(_folder.At("nowhere"))).Code);

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    // In the rules' code every text of small letters with hyphens is a rule's name.
    [GeneratedRegex("\"(?<rule>[a-z]+(-[a-z]+)+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RuleName();

    private static string Replace(string good, string bad)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        return Good.Replace(good, bad, StringComparison.Ordinal);
    }

    private TaskConfigFile Read(string text) => TaskConfigFile.Read(Write(text));

    private string Write(string text)
    {
        File.WriteAllText(_folder.At("empty.md"), "\n");
        File.WriteAllText(_folder.At(TaskConfigFile.UsualName), text);
        return _folder.Root;
    }
}
