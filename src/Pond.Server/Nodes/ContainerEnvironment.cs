using System.Collections.Immutable;
using System.Globalization;
using Pond.Primitives;
using Pond.Server.Nodes.Operator;

namespace Pond.Server.Nodes;

/// <summary>What an operator of Koii's container node has: its <c>.env.local</c> and its folders, read as they are.</summary>
/// <remarks>Facts: Koii's template and VPS-task repositories. Every line of the file is also a variable of every task, as in the original.</remarks>
public sealed record ContainerEnvironment
{
    /// <summary>The ledger that the original asks if nobody names one.</summary>
    public static readonly Uri DefaultLedger = new("https://testnet.koii.network");

    /// <summary><c>TASKS</c> with <c>TASK_STAKES</c>: what to run, and with how much.</summary>
    public required ImmutableArray<(Pubkey Task, Lamports Stake)> Tasks { get; init; }

    /// <summary><c>K2_NODE_URL</c>: the ledger; the first one, if several are named with commas between them.</summary>
    public required Uri Ledger { get; init; }

    /// <summary>Further addresses of the same ledger in <c>K2_NODE_URL</c>, asked while the first does not answer.</summary>
    public required ImmutableArray<Uri> FurtherLedgers { get; init; }

    /// <summary><c>SERVICE_URL</c>: where others reach the node; null if the file does not say.</summary>
    public required Uri? ServiceAddress { get; init; }

    /// <summary><c>SERVER_PORT</c>: the public port. Default 30017.</summary>
    public required int Port { get; init; }

    /// <summary><c>OPERATOR_PORT</c>: the operator's port. Default 30018.</summary>
    public required int OperatorPort { get; init; }

    /// <summary><c>UNBOXED_TASKS</c>: ids of tasks that run without a box, or <c>all</c>. Default none.</summary>
    public required ImmutableArray<string> Unboxed { get; init; }

    /// <summary><c>WALLET_LOCATION</c>: the main key's file, seen from the container's root.</summary>
    public required string Wallet { get; init; }

    /// <summary><c>NODE_MODE</c>: what tasks are told. Default <c>service</c>.</summary>
    public required string Mode { get; init; }

    /// <summary><c>GLOBAL_TIMERS</c>, or <c>TIMERS</c> in older files: anything but <c>true</c> turns them off. Default on.</summary>
    public required bool HasTimers { get; init; }

    /// <summary><c>ENVIRONMENT=development</c>: programs in the folder <c>executables</c> are run unverified, on a local network.</summary>
    public required bool IsDevelopment { get; init; }

    /// <summary>Everything in the file, for the tasks.</summary>
    public required ImmutableDictionary<string, string> Variables { get; init; }

    /// <summary>Reads the text of an environment file: <c>NAME=value</c> lines, <c>#</c> comments, values with or without quotes, <c>export</c> allowed.</summary>
    /// <exception cref="PondException"><c>environment-invalid</c>, with the line or the name.</exception>
    public static ContainerEnvironment Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var variables = ReadLines(text);
        var ledgers = Split(variables, "K2_NODE_URL").Select(part => ToAddress(part, "K2_NODE_URL")).ToImmutableArray();
        return new()
        {
            Tasks = ReadTasks(variables),
            Ledger = ledgers.FirstOrDefault(DefaultLedger),
            FurtherLedgers = [.. ledgers.Skip(1)],
            ServiceAddress = ReadAddress(variables, "SERVICE_URL"),
            Port = ReadPort(variables, "SERVER_PORT", 30017),
            OperatorPort = ReadPort(variables, "OPERATOR_PORT", OperatorFace.DefaultPort),
            Unboxed = [.. Split(variables, "UNBOXED_TASKS")],
            Wallet = variables.GetValueOrDefault("WALLET_LOCATION", "/app/config/id.json"),
            Mode = variables.GetValueOrDefault("NODE_MODE", "service"),
            HasTimers = ReadBoolean(variables, "GLOBAL_TIMERS") ?? ReadBoolean(variables, "TIMERS") ?? true,
            IsDevelopment = variables.GetValueOrDefault("ENVIRONMENT") is "development",
            Variables = variables,
        };
    }

    private static ImmutableDictionary<string, string> ReadLines(string text)
    {
        var variables = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (index, raw) in text.Split('\n').Index())
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line["export ".Length..].TrimStart();
            }

            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var sign = line.IndexOf('=', StringComparison.Ordinal);
            var name = sign < 0 ? line : line[..sign].TrimEnd();
            if (sign < 0 || name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_'))
            {
                throw Invalid($"Line {index + 1} of the environment file is no NAME=value.", "Write NAME=value, or begin the line with #.");
            }

            variables[name] = Unquote(line[(sign + 1)..].Trim());
        }

        return variables.ToImmutable();
    }

    private static string Unquote(string value)
    {
        if (value is ['"' or '\'', ..] && value.IndexOf(value[0], 1) is > 0 and var end)
        {
            return value[1..end];
        }

        // As docker compose reads it: a comment begins with a blank before the sign.
        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return comment < 0 ? value : value[..comment].TrimEnd();
    }

    private static ImmutableArray<(Pubkey Task, Lamports Stake)> ReadTasks(ImmutableDictionary<string, string> variables)
    {
        // The original's documentation has blanks in its own example, so they don't count.
        string[] ids = Split(variables, "TASKS");
        string[] stakes = Split(variables, "TASK_STAKES");
        if (stakes.Length > ids.Length)
        {
            throw Invalid($"TASK_STAKES has {stakes.Length} amounts for the {ids.Length} tasks of TASKS.", "Give as many amounts as tasks, in the same order.");
        }

        return
        [
            .. ids.Select((id, index) => (
                Pubkey.TryParse(id, out var task) ? task : throw Invalid($"TASKS names '{id}', which is no task's id.", "Give base58 ids with commas between them."),
                index < stakes.Length ? ReadAmount(stakes[index]) : Lamports.Zero)),
        ];
    }

    private static string[] Split(ImmutableDictionary<string, string> variables, string name) =>
        variables.GetValueOrDefault(name, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Lamports ReadAmount(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var koii)
            && koii * 1_000_000_000 is >= 0 and <= ulong.MaxValue and var roe && roe == decimal.Truncate(roe)
            ? new((ulong)roe)
            : throw Invalid($"TASK_STAKES has '{text}', which is no amount of KOII.", "Write amounts as 1.5, with at most nine digits after the point.");

    private static Uri? ReadAddress(ImmutableDictionary<string, string> variables, string name) =>
        variables.GetValueOrDefault(name) is { Length: > 0 } text ? ToAddress(text, name) : null;

    private static Uri ToAddress(string text, string name) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw Invalid($"{name} is '{text}', which is no web address.", "Write it as http://127.0.0.1:8899.");

    private static int ReadPort(ImmutableDictionary<string, string> variables, string name, int byDefault) =>
        variables.GetValueOrDefault(name) is not { Length: > 0 } text ? byDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65_535 ? port
        : throw Invalid($"{name} is '{text}', which is no port.", "Give a number from 0 to 65535.");

    private static bool? ReadBoolean(ImmutableDictionary<string, string> variables, string name) =>
        variables.TryGetValue(name, out var text)
            ? text.Equals("true", StringComparison.OrdinalIgnoreCase)
            : null;

    private static PondException Invalid(string message, string fix) => new("environment-invalid", message, fix);
}
