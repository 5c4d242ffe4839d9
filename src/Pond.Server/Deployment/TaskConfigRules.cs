using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using YamlDotNet.RepresentationModel;

namespace Pond.Server.Deployment;

/// <summary>The rules of a <c>config-task.yml</c>: those of Koii's own tool, and those of the ledger, before anything is uploaded or paid.</summary>
internal sealed partial class TaskConfigRules(ConfigNode file, string folder, bool isUpdate)
{
    internal const int MaxNameBytes = 24;
    internal const int MaxTextBytes = 64;
    private const decimal BytesPerMegabyte = 1_000_000;

    // Of the usual genesis.
    private const ulong BeaconDelaySlots = 1;

    private const ulong MaxFailedDistributions = 255;

    /// <summary>A key with so many wrong letters is still recognised.</summary>
    private const int MaxTypos = 2;

    private static readonly Lamports LeastTotalBounty = Lamports.FromKoii(10);

    private static readonly string[] Networks = [ExecutableNetworks.Ipfs, ExecutableNetworks.Arweave, ExecutableNetworks.Development];

    private static readonly string[] RequirementTypes =
        ["GLOBAL_VARIABLE", "TASK_VARIABLE", "CPU", "RAM", "STORAGE", "NETWORK", "ARCHITECTURE", "OS", "ADDON"];

    private static readonly string[] KnownKeys =
    [
        "task_name", "author", "description", "markdownDescriptionPath", "repositoryUrl", "imageUrl", "infoUrl", "koiiOceanUrl",
        "task_executable_network", "task_audit_program", "round_time", "audit_window", "submission_window", "minimum_stake_amount",
        "task_type", "token_type", "total_bounty_amount", "bounty_amount_per_round", "allowed_failed_distributions", "space",
        "requirementsTags", "tags", "environment", "task_id", "migrationDescription", "task_vars",
    ];

    /// <summary>Checks everything.</summary>
    /// <returns>What the file says; null if something that is needed is missing or can't be read.</returns>
    internal TaskConfig? Check()
    {
        FindUnknownKeys();
        var name = BoundedText("task_name", MaxNameBytes, "name-too-long", isRequired: true);
        var author = file.Text("author", isRequired: true);
        var description = Description();
        var repository = file.Text("repositoryUrl", isRequired: true);
        var network = Choice("task_executable_network", Networks, "network-unknown");
        var program = Program(network);
        var (round, audit, submission) = Windows();
        var stake = file.Amount("minimum_stake_amount");
        if (stake == Lamports.Zero)
        {
            file.Error("stake-zero", "minimum_stake_amount", "minimum_stake_amount is 0: then cheating costs nothing.", "Write minimum_stake_amount: 1.9, for example.");
        }

        var isToken = Kind();
        var (total, perRound) = Bounty();
        var failed = file.Whole("allowed_failed_distributions");
        if (failed > MaxFailedDistributions)
        {
            file.Error("retries-too-many", "allowed_failed_distributions", $"allowed_failed_distributions is {failed}; at most {MaxFailedDistributions} attempts are open.", "Write allowed_failed_distributions: 3.");
        }

        var space = Space();
        var variables = BoundedText("task_vars", MaxTextBytes, "variables-too-long", isRequired: false) ?? "";
        CheckVariables(variables);
        CheckRoom(variables, round, audit, submission);
        var requirements = Requirements();
        var tags = Tags();
        var environment = file.Find("environment") is null ? "TEST" : Choice("environment", ["TEST", "PRODUCTION"], "environment-unknown");
        Pubkey? task = null;
        if (file.Text("task_id", isRequired: false) is { } id)
        {
            task = TaskId(id);
        }

        // Operators read it before they follow.
        var migration = file.Text("migrationDescription", isRequired: isUpdate);
        return name is null || author is null || description is null || repository is null || network is null || program is null
            || round is null || audit is null || submission is null || stake is null || isToken is null || total is null || perRound is null
            || failed is null || space is null || environment is null || (isUpdate && migration is null)
            ? null
            : new TaskConfig
            {
                Name = name,
                Author = author,
                Description = description,
                RepositoryUrl = repository,
                ImageUrl = file.Text("imageUrl", isRequired: false),
                InfoUrl = file.Text("infoUrl", isRequired: false),
                KoiiOceanUrl = file.Text("koiiOceanUrl", isRequired: false),
                ExecutableNetwork = network,
                Executable = program,
                RoundTime = round.Value,
                AuditWindow = audit.Value,
                SubmissionWindow = submission.Value,
                MinimumStake = stake.Value,
                IsTokenTask = isToken.Value,
                TotalBounty = total.Value,
                BountyPerRound = perRound.Value,
                AllowedFailedDistributions = failed.Value,
                SpaceBytes = space.Value,
                Variables = variables,
                Requirements = requirements,
                Tags = tags,
                Environment = environment,
                TaskId = task,
                MigrationDescription = migration,
            };
    }

    private Pubkey? TaskId(string text)
    {
        if (Pubkey.TryParse(text, out var id))
        {
            return id;
        }

        file.Error("task-id-invalid", "task_id", $"task_id '{text}' is no task's id.", "Leave it empty for a new task, or copy the id that 'pond task status' shows.");
        return null;
    }

    private void FindUnknownKeys()
    {
        foreach (var (key, at) in file.Keys.Where(key => !KnownKeys.Contains(key.Key, StringComparer.Ordinal)))
        {
            var near = KnownKeys.Select(known => (Key: known, Distance: Distance(Plain(known), Plain(key)))).MinBy(pair => pair.Distance) is var (found, far)
                && far <= MaxTypos ? found : null;
            file.Add(
                "key-unknown", isError: false, at, $"'{key}' means nothing here.", near is null ? "Remove it, or look at its spelling." : $"Did you mean {near}?");
        }

        static string Plain(string key) =>
            key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
    }

    /// <summary>How many letters must be put in, left out or changed to make one word of the other.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        foreach (var (index, letter) in left.Index())
        {
            var diagonal = row[0];
            row[0] = index + 1;
            for (var column = 1; column <= right.Length; column++)
            {
                var next = letter == right[column - 1] ? diagonal : 1 + Math.Min(diagonal, Math.Min(row[column], row[column - 1]));
                (diagonal, row[column]) = (row[column], next);
            }
        }

        return row[^1];
    }

    private string? BoundedText(string key, int maxBytes, string rule, bool isRequired)
    {
        var text = file.Text(key, isRequired);
        if (text is null || Encoding.UTF8.GetByteCount(text) is var size && size <= maxBytes)
        {
            return text;
        }

        file.Error(rule, key, $"{key} has {Encoding.UTF8.GetByteCount(text)} bytes, and the ledger keeps {maxBytes}; letters such as ä have two.", "Shorten it.");
        return null;
    }

    private string? Choice(string key, string[] values, string rule)
    {
        var text = file.Text(key, isRequired: true);
        if (text is null || values.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        file.Error(rule, key, $"{key} is '{text}', and it is one of {string.Join(", ", values)}.", $"Write {key}: {values[0]}.");
        return null;
    }

    private string? Description()
    {
        if (file.Text("markdownDescriptionPath", isRequired: false) is not { } path)
        {
            return file.Text("description", isRequired: true);
        }

        var full = Path.GetFullPath(path, folder);
        try
        {
            if (File.ReadAllText(full).Trim() is { Length: > 0 } text)
            {
                return text;
            }

            file.Error("description-empty", "markdownDescriptionPath", $"{full} is empty.", "Describe the task in it.");
        }
        catch (Exception exception) when (DiskFailures.IsOfDisk(exception))
        {
            file.Error("description-missing", "markdownDescriptionPath", $"{full} can't be read: {exception.Message}", "Name a file beside config-task.yml, or remove the line.");
        }

        return null;
    }

    private string? Program(string? network)
    {
        var text = file.Text("task_audit_program", isRequired: true);
        if (text is null || network is null)
        {
            return text;
        }

        if (network is not ExecutableNetworks.Ipfs)
        {
            if (Encoding.UTF8.GetByteCount(text) > MaxTextBytes)
            {
                file.Error("program-too-long", "task_audit_program", $"task_audit_program has more than {MaxTextBytes} bytes.", "Shorten it.");
                return null;
            }

            if (network is ExecutableNetworks.Development && (text is "." or ".." || text.AsSpan().ContainsAny('/', '\\') || text.EndsWith(".js", StringComparison.Ordinal)))
            {
                file.Error("program-name-invalid", "task_audit_program", $"For DEVELOPMENT, task_audit_program is a name without folder and '.js', not '{text}'.", "Write task_audit_program: main.");
                return null;
            }

            if (network is ExecutableNetworks.Arweave && !ArweaveId().IsMatch(text))
            {
                file.Error("arweave-id-invalid", "task_audit_program", $"'{text}' is no id of an Arweave transaction, which has 43 letters, digits, '-' and '_'.", "Upload the bundle to Arweave, and copy the id of its transaction.");
                return null;
            }

            return text;
        }

        if (text.EndsWith(".js", StringComparison.Ordinal) && Path.GetFileName(text) is not "main.js")
        {
            file.Error("program-not-main-js", "task_audit_program", $"Nodes look for main.js in the bundle, and '{text}' has another name.", "Have it built as dist/main.js.");
            return null;
        }

        return text;
    }

    private (ulong? Round, ulong? Audit, ulong? Submission) Windows()
    {
        var (round, audit, submission) = (file.Whole("round_time"), file.Whole("audit_window"), file.Whole("submission_window"));
        foreach (var (key, value) in new[] { ("round_time", round), ("audit_window", audit), ("submission_window", submission) })
        {
            if (value == 0)
            {
                file.Error("slots-zero", key, $"{key} is 0.", $"Write {key}: 500, for example; a slot is 400 ms on public networks.");
            }
        }

        if (round is { } all && audit is { } audits && submission is { } submits)
        {
            if (all < audits + submits)
            {
                file.Error("round-too-short", "round_time", $"round_time {all} is less than audit_window + submission_window, {audits + submits}.", $"Write round_time: {audits + submits} or more, or shorten the windows.");
            }
            else if (audits * 3 < all || submits * 3 < all)
            {
                file.Advise("window-short", audits < submits ? "audit_window" : "submission_window", "A window of less than a third of the round may be too short for slow nodes.", $"A third is {all / 3} slots.");
            }
        }

        return (round, audit, submission);
    }

    /// <summary>A value that the ledger does not know means nothing to it, and its creator would learn that from the first cheater.</summary>
    private void CheckVariables(string variables)
    {
        foreach (var part in variables.Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=')[0].TrimEnd() is "class" or "fallback" && part is not ("class=A" or "class=C" or "fallback=equal" or "fallback=none"))
            {
                file.Advise(
                    "task-vars-unknown",
                    "task_vars",
                    $"'{part}' means nothing to the ledger: the task is audited as if it were not there.",
                    "There are class=A, class=C, fallback=equal and fallback=none, with ';' between them.");
            }
        }
    }

    private void CheckRoom(string variables, ulong? round, ulong? audit, ulong? submission)
    {
        var hasClass = variables.Split(';', StringSplitOptions.TrimEntries).Any(part => part is "class=A" or "class=C");
        if (hasClass && round is { } all && audit is { } audits && submission is { } submits && all >= audits + submits
            && !new TaskWindows(default, all, submits, audits, BeaconDelaySlots).HaveRoomForAudits)
        {
            file.Error("audits-do-not-fit", "audit_window", "The audits of a task with a class don't fit between these windows.", "Give the audit window and the rest of the round some ten slots more.");
        }
    }

    private bool? Kind()
    {
        var kind = file.Text("task_type", isRequired: true);
        if (kind is not (null or "KOII" or "KPL"))
        {
            file.Error("type-unknown", "task_type", $"task_type is '{kind}', and it is KOII or KPL.", "Write task_type: 'KOII' to pay in KOII.");
            return null;
        }

        if (kind is "KPL" && (file.Text("token_type", isRequired: false) is not { } mint || !Pubkey.TryParse(mint, out _)))
        {
            file.Error("token-invalid", file.Find("token_type") is null ? "task_type" : "token_type", "A task of type KPL pays in a token, and token_type names no mint.", "Write token_type: and the mint's address, or task_type: 'KOII'.");
            return null;
        }

        return kind is null ? null : kind is "KPL";
    }

    private (Lamports? Total, Lamports? PerRound) Bounty()
    {
        // An update takes over what is left of the bounty, so the total means nothing to it.
        var (total, perRound) = (isUpdate ? Lamports.Zero : file.Amount("total_bounty_amount"), file.Amount("bounty_amount_per_round"));
        if (!isUpdate && total < LeastTotalBounty)
        {
            file.Error("bounty-too-small", "total_bounty_amount", $"total_bounty_amount is {total}, and a task begins with at least {LeastTotalBounty}.", "Write total_bounty_amount: 10.");
        }

        if (perRound == Lamports.Zero)
        {
            file.Error("round-unpaid", "bounty_amount_per_round", "bounty_amount_per_round is 0: nobody works for nothing.", "Write bounty_amount_per_round: 0.1, for example.");
        }

        if (!isUpdate && total is { } all && perRound is { } one && one > all)
        {
            file.Error("bounty-below-round", "bounty_amount_per_round", $"bounty_amount_per_round {one} is more than total_bounty_amount {all}.", "Raise the total, or lower what a round pays.");
        }

        return (total, perRound);
    }

    private ulong? Space()
    {
        if (file.Text("space", isRequired: true) is not { } text)
        {
            return null;
        }

        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var megabytes) && megabytes is >= 0.1m and <= 50)
        {
            return (ulong)(megabytes * BytesPerMegabyte);
        }

        file.Error("space-out-of-range", "space", $"space is '{text}', and it is 0.1 to 50 megabytes.", "Write space: 0.1 for a test; 1 MB costs about 7 KOII of rent.");
        return null;
    }

    private ImmutableArray<TaskRequirement> Requirements()
    {
        var requirements = ImmutableArray.CreateBuilder<TaskRequirement>();
        foreach (var entry in List("requirementsTags", "requirements-not-a-list"))
        {
            if (entry is not YamlMappingNode members
                || members.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode { Value: "type" }).Value is not YamlScalarNode { Value: { } type } typeNode)
            {
                file.Add("requirement-invalid", isError: true, entry, "An entry of requirementsTags has no type.", "Write - type: CPU and, below it, value: '4-core'.");
                continue;
            }

            var value = Member(members, "value");
            if (!RequirementTypes.Contains(type, StringComparer.Ordinal))
            {
                file.Add("requirement-type-unknown", isError: true, typeNode, $"'{type}' is no type of requirement.", $"There are {string.Join(", ", RequirementTypes)}.");
            }
            else if (type is "GLOBAL_VARIABLE" or "TASK_VARIABLE")
            {
                if (value is { Value: { } name } && !VariableName().IsMatch(name))
                {
                    file.Add("variable-name-invalid", isError: true, value, $"'{name}' can't be a variable's name.", "Use letters, digits, '_' and '$', no digit first.");
                }
            }
            else if (value is null || !ConfigNode.IsText(value))
            {
                file.Add("requirement-value-invalid", isError: true, (YamlNode?)value ?? typeNode, $"{type} needs a value that is a text.", "Put it in quotes: value: '4-core'.");
            }

            requirements.Add(new(type, value?.Value, Member(members, "description")?.Value));
        }

        return requirements.ToImmutable();
    }

    private ImmutableArray<string> Tags()
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in List("tags", "tags-not-a-list"))
        {
            if (entry is YamlScalarNode { Value: { Length: > 0 } tag })
            {
                tags.Add(tag);
            }
            else
            {
                file.Add("tag-invalid", isError: true, entry, "A tag is a text.", "Write tags: ['Data Gathering', 'AI'].");
            }
        }

        return tags.ToImmutable();
    }

    private IEnumerable<YamlNode> List(string key, string rule)
    {
        switch (file.Find(key))
        {
            case YamlSequenceNode list:
                return list.Children;
            case null or YamlScalarNode { Value: null or "" or "~" or "null" }:
                return [];
            default:
                file.Error(rule, key, $"{key} is no list.", $"Write {key}: [] for none.");
                return [];
        }
    }

    private static YamlScalarNode? Member(YamlMappingNode mapping, string key) =>
        mapping.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode name && string.Equals(name.Value, key, StringComparison.Ordinal)).Value
            as YamlScalarNode is { Value: not (null or "") } found ? found : null;

    [GeneratedRegex(@"^[\p{L}_$][\p{L}\p{Nd}_$]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex VariableName();

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ArweaveId();
}
