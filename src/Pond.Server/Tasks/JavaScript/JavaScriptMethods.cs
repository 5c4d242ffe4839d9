using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Client.Ledger;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Encoding;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks.Namespace;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>The methods that an unmodified Koii bundle may call, of all its generations: their names, arguments, answers and errors.</summary>
/// <remarks>
/// docs/protocol/javascript-tasks.md has the table. What a bundle of one generation sends more or less than one of another, is taken from both.
/// Some answers would crash a client (null for submissions, for example); these are errors here.
/// </remarks>
internal sealed class JavaScriptMethods : ITaskNamespace
{
    /// <summary>What a task is told of its node: above 1.11.19, from which on clients vote against lists.</summary>
    internal const string NodeVersion = "1.12.36";

    /// <summary>The longest statement that is signed or opened: base58 takes time with the square of the length.</summary>
    private const int MaxStatementBytes = 8 << 10;

    // What C# tasks keep under their own keys has no prefix, and no such key in common.
    private const string ValuePrefix = "js:";

    private readonly FrozenDictionary<string, Method> _methods;
    private readonly IJavaScriptServices _services;
    private readonly TaskEvents _events;
    private readonly PeerAddresses? _peers;

    /// <summary>Makes the methods of one task.</summary>
    /// <param name="services">What its node does for it.</param>
    /// <param name="files">Its folder.</param>
    /// <param name="folder">Where it sees that.</param>
    /// <param name="ledger">The ledger's RPC address as it sees it.</param>
    /// <param name="peers">The addresses by which it knows other nodes; null for those that they have registered.</param>
    /// <param name="events">What it tells of itself.</param>
    public JavaScriptMethods(
        IJavaScriptServices services, TaskFiles files, string folder, string ledger, PeerAddresses? peers, TaskEvents events)
    {
        _peers = peers;
        var fileMethods = new FileMethods(files);
        _services = services;
        _events = events;
        _methods = new Dictionary<string, Method>(StringComparer.Ordinal)
        {
            ["defaultTaskSetup"] = (_, _) => Do(events.Ready),
            [NamespaceMethod.PhaseCompleted] = (args, _) => Do(() => events.PhaseCompleted(args.Id(0), args.OptionalText(1))),
            ["logger"] = (args, _) => Answer(NamespaceMethods.Notify(args, events.Notice)),

            // Identity, keys, signatures.
            ["getSubmitterAccount"] = (_, _) => Answer(JavaScriptValues.Of(services.SubmitterAccount)),
            ["signData"] = (args, _) => Answer(SignStatement(args)),
            ["verifySignedData"] = (args, _) => Answer(OpenStatement(args.Text(0), args.Text(1))),

            // State and time.
            ["getTaskState"] = (args, ct) => GetTaskStateAsync(services.Task, args.At(0), ct),
            ["getTaskStateById"] = (args, ct) => GetTaskStateAsync(args.Key(0), args.At(1), ct),
            ["getTaskSubmissionInfo"] = async (args, ct) => new RawJson(await services.GetSubmissionsTextAsync(OptionalRound(args, 0), ct)),
            ["getTaskDistributionInfo"] = async (args, ct) =>
                new RawJson(await services.GetDistributionsTextAsync(OptionalRound(args, 0), ct)),
            ["getCurrentSlot"] = (_, _) => Answer(services.CurrentSlot),
            ["getRound"] = async (_, ct) => await CurrentRoundAsync(ct),
            ["getAverageSlotTime"] = (_, _) => Answer(JsonValue.Create(Math.Round(services.AverageSlotTime.TotalMilliseconds, 2))),
            ["getTaskNodeVersion"] = (_, _) => Answer(NodeVersion),
            ["getRpcUrl"] = (_, _) => Answer(ledger),
            ["getProgramAccounts"] = async (_, ct) => new RawJson(await services.GetProgramAccountsTextAsync(ct)),

            // The work of a round.
            ["checkSubmissionAndUpdateRound"] = SubmitAsync,
            ["auditSubmission"] = (args, ct) => VoteAsync(args, services.GiveVerdictAsync, ct),
            ["uploadDistributionList"] = UploadAsync,
            ["distributionListSubmissionOnChain"] = (_, _) => Answer(ITaskNamespace.Nothing),
            ["getDistributionList"] = async (args, ct) => await services.GetDistributionListAsync(args.Round(1), args.Key(0), ct)
                ?? throw new PondException(
                    "list-missing", $"{args.Key(0)} has no distribution list for round {args.Round(1)}", "Try again while its window is open."),
            ["distributionListAuditSubmission"] = (args, ct) => VoteAsync(args, services.GiveListVerdictAsync, ct),
            ["payloadTrigger"] = (_, _) => Answer(ITaskNamespace.Nothing),
            ["nodeSelectionDistributionList"] = SelectAuthorAsync,

            // Money.
            ["stakeOnChain"] = StakeAsync,
            ["claimReward"] = ClaimAsync,
            ["sendTransaction"] = TransferAsync,

            // Storage, files, other nodes.
            ["getTaskLevelDBPath"] = (_, _) => Answer($"{folder}/KOIIDB"),
            ["getBasePath"] = (_, _) => Answer(folder),
            ["storeGet"] = GetValueAsync,
            ["storeSet"] = SetValueAsync,
            ["fs"] = (args, ct) => OnDisk(() => fileMethods.Call(args), ct),
            // The original's root is the folder of all tasks and of the staking keys; here a task has its own.
            ["fsStaking"] = (args, ct) => OnDisk(() => fileMethods.Call(args), ct),
            ["fsReadStream"] = (args, ct) => OnDisk(() => fileMethods.Read(args.Text(0), encoding: null), ct),
            ["fsWriteStream"] = (args, ct) => OnDisk(
                () =>
                {
                    files.Write(args.Text(0), [], "w");
                    return new JsonObject();
                },
                ct),
            ["getNodes"] = (_, _) => Answer(new RawJson(peers?.InRegistry(services.ReadNodes()) ?? services.ReadNodes())),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private delegate ValueTask<object?> Method(NamespaceArguments args, CancellationToken cancellationToken);

    /// <summary>All names, for the documentation's test.</summary>
    internal IEnumerable<string> Names => _methods.Keys;

    /// <summary>As in the original: tasks upload files this way.</summary>
    public int MaxRequestBytes => TaskFiles.MaxFileBytes;

    /// <summary>The message alone, as in the original.</summary>
    public NamespaceError Describe(PondException failure) => new(failure.Message);

    public void OnRefused(string what) => _events.Notice(NamespaceMethods.Refusal(what));

    public ValueTask<object?> CallAsync(JsonElement args, CancellationToken cancellationToken)
    {
        var name = args.GetArrayLength() > 0 && args[0].ValueKind is JsonValueKind.String ? args[0].GetString()! : "";
        return _methods.TryGetValue(name, out var method)
            ? method(new(name, args), cancellationToken)
            : throw new PondException(
                "method-unknown", $"The namespace has no method '{name}'", "Obsolete ones, signArweave and sendAndConfirmTransactionWrapper are not served.");
    }

    private static ValueTask<object?> Answer(object? value) => ValueTask.FromResult(value);

    private static ValueTask<object?> Do(Action action)
    {
        action();
        return Answer(ITaskNamespace.Nothing);
    }

    // Not on the thread that serves the task's calls.
    private static async ValueTask<object?> OnDisk(Func<object?> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException("EIO", $"EIO: {exception.Message}", "Look at the disk.", innerException: exception);
        }
    }

    private static Round? OptionalRound(NamespaceArguments args, int index) =>
        args.At(index) is null ? null : args.Round(index);

    private async ValueTask<Round> CurrentRoundAsync(CancellationToken cancellationToken) =>
        (await _services.GetTaskAsync(cancellationToken)).RoundAt(_services.CurrentSlot);

    private string SignStatement(NamespaceArguments args)
    {
        var message = Encoding.UTF8.GetBytes(args.At(0)?.GetRawText() ?? "null");
        if (message.Length > MaxStatementBytes)
        {
            throw new PondException(
                "argument-invalid", $"A statement has at most {MaxStatementBytes} bytes, this one {message.Length}.", "Sign its hash.");
        }

        var signed = new byte[Signature.SizeBytes + message.Length];
        _services.SignStatement(message).CopyTo(signed);
        message.CopyTo(signed, Signature.SizeBytes);
        return Base58.Encode(signed);
    }

    private static JsonObject OpenStatement(string signed, string signer)
    {
        return Pubkey.TryParse(signer, out var key)
            && Base58.TryDecode(signed, MaxStatementBytes, out var bytes) && bytes.Length > Signature.SizeBytes
            && Ed25519.Verify(key, bytes.AsSpan(Signature.SizeBytes), new Signature(bytes.AsSpan(0, Signature.SizeBytes)))
                ? new() { ["data"] = Encoding.UTF8.GetString(bytes.AsSpan(Signature.SizeBytes)) }
                : new() { ["error"] = "Empty payload" };
    }

    /// <summary>The account, with the parts that are asked for; a bundle that asks for none in particular expects all.</summary>
    private async ValueTask<object?> GetTaskStateAsync(Pubkey task, JsonElement? options, CancellationToken cancellationToken)
    {
        bool Wants(string part) =>
            options is not { ValueKind: JsonValueKind.Object } asked
            || (asked.TryGetProperty($"is_{part}_required", out var wanted) && wanted.ValueKind is JsonValueKind.True);

        var parts = (Wants("submission") ? TaskParts.Submissions : TaskParts.None)
            | (Wants("distribution") ? TaskParts.Distributions : TaskParts.None)
            | (Wants("available_balances") ? TaskParts.Balances : TaskParts.None)
            | (Wants("stake_list") ? TaskParts.Stakes : TaskParts.None);
        return await _services.GetTaskImageAsync(task, parts, cancellationToken) is { } image
            ? new RawJson(_peers?.InState(image) ?? image)
            : throw new PondException("task-not-found", $"There is no task {task}", "Check the task's id.");
    }

    /// <summary>[value, round], and of the oldest bundles [value] for the round before this one. What is wrong is told to the operator alone.</summary>
    private async ValueTask<object?> SubmitAsync(NamespaceArguments args, CancellationToken cancellationToken)
    {
        var now = args.At(1) is null ? await CurrentRoundAsync(cancellationToken) : default;
        var round = args.At(1) is null ? new Round(now.Value == 0 ? 0 : now.Value - 1) : args.Round(1);
        try
        {
            await _services.SubmitAsync(round, args.TextUpTo(0, TaskChannel.MaxSubmissionBytes).TrimEnd(' '), cancellationToken);
        }
        catch (PondException refused)
        {
            _events.Notice(new(TaskOutputSource.Notice, $"error: {refused.Message} {refused.Fix}"));
        }

        return ITaskNamespace.Nothing;
    }

    /// <summary>[candidate, isValid, round], and of older bundles [candidate, isValid, the voter's keypair, round].</summary>
    private static async ValueTask<object?> VoteAsync(
        NamespaceArguments args, Func<Round, Pubkey, Verdict, CancellationToken, ValueTask> vote, CancellationToken cancellationToken)
    {
        var round = args.Round(args.At(2) is { ValueKind: JsonValueKind.Object } ? 3 : 2);
        await vote(round, args.Key(0), args.Verdict(1), cancellationToken);
        return ITaskNamespace.Nothing;
    }

    /// <summary>False for a node that is not chosen: the oldest bundles don't choose, and leave off when they get it.</summary>
    private async ValueTask<object?> UploadAsync(NamespaceArguments args, CancellationToken cancellationToken)
    {
        var round = args.Round(1);
        if (await _services.GetAuthorAsync(round, cancellationToken) != _services.StakingKey)
        {
            return false;
        }

        await _services.SubmitDistributionListAsync(round, args.TextOrJson(0), cancellationToken);
        return true;
    }

    private async ValueTask<object?> SelectAuthorAsync(NamespaceArguments args, CancellationToken cancellationToken)
    {
        var now = args.At(0) is null ? await CurrentRoundAsync(cancellationToken) : default;
        var round = args.At(0) is null ? new Round(now.Value < 2 ? 0 : now.Value - 2) : args.Round(0);
        // The original says nothing with an empty text.
        return await _services.GetAuthorAsync(round, cancellationToken) is { } author ? author.ToString() : "";
    }

    private async ValueTask<object?> StakeAsync(NamespaceArguments args, CancellationToken cancellationToken) =>
        args.Key(0) == _services.Task
            ? await _services.StakeAsync(AmountOf(args, 3), cancellationToken)
            : throw Refused("It stakes on its own task only.");

    private async ValueTask<object?> ClaimAsync(NamespaceArguments args, CancellationToken cancellationToken) =>
        _services.IsOperators(args.Key(1))
            ? await _services.ClaimAsync(cancellationToken)
            : throw Refused("What it earns goes to the operator only.");

    private async ValueTask<object?> TransferAsync(NamespaceArguments args, CancellationToken cancellationToken) =>
        _services.IsOperators(args.Key(0))
            ? await _services.TransferAsync(args.Key(1), AmountOf(args, 2), cancellationToken)
            : throw Refused("It sends from the operator's main key only.");

    private async ValueTask<object?> GetValueAsync(NamespaceArguments args, CancellationToken cancellationToken) =>
        await _services.GetValueAsync(ValuePrefix + args.Text(0), cancellationToken) is { } json
            ? new RawJson(Encoding.UTF8.GetBytes(json))
            : null;

    private async ValueTask<object?> SetValueAsync(NamespaceArguments args, CancellationToken cancellationToken)
    {
        await _services.SetValueAsync(ValuePrefix + args.Text(0), args.At(1)?.GetRawText(), cancellationToken);
        return ITaskNamespace.Nothing;
    }

    private static Lamports AmountOf(NamespaceArguments args, int index) =>
        args.At(index) is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out var amount)
            ? new(amount)
            : throw new PondException("argument-invalid", $"Argument {index + 1} of '{args.Method}' must be an amount in roe.", "Send a whole number.");

    private static PondException Refused(string reason) => new(
        "spending-refused", $"The node does not let this task do that. {reason}", "Ask the operator.");
}
