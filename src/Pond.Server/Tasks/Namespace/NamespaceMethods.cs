using System.Collections.Frozen;
using System.Text.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Server.Tasks.Namespace;

/// <summary>The methods that a C# task may call, all of them. Nothing is found by reflection, so nothing else can be called.</summary>
internal sealed class NamespaceMethods : ITaskNamespace
{
    /// <inheritdoc cref="ITaskNamespace.Nothing"/>
    public static readonly object Nothing = ITaskNamespace.Nothing;

    /// <summary>A task that wants more asks in parts.</summary>
    private const int MaxLedgerAnswer = 4 << 20;

    private readonly FrozenDictionary<string, Method> _methods;
    private readonly TaskProcessOptions _options;
    private readonly ITaskServices _services;
    private readonly Action<TaskOutput> _onNotice;

    public NamespaceMethods(TaskProcessOptions options, Action onReady, Action<long, string?> onPhaseCompleted, Action<TaskOutput> onNotice)
    {
        _options = options;
        _onNotice = onNotice;
        _services = options.Services;
        _methods = new Dictionary<string, Method>(StringComparer.Ordinal)
        {
            [NamespaceMethod.DefaultTaskSetup] = (_, _) => Do(onReady),
            [NamespaceMethod.PhaseCompleted] = (args, _) => Do(() => onPhaseCompleted(args.Id(0), args.OptionalText(1))),
            [NamespaceMethod.Logger] = (args, _) => Answer(Notify(args, onNotice)),

            [NamespaceMethod.GetTask] = async (_, ct) => await _services.GetTaskAsync(ct),
            [NamespaceMethod.GetTaskState] = async (args, ct) => TaskStateImage.Of(await _services.GetTaskAsync(ct), args.At(0)),
            [NamespaceMethod.GetTaskRound] = async (args, ct) => await _services.GetRoundAsync(args.Round(0), ct),
            [NamespaceMethod.GetTaskSubmissionInfo] = async (args, ct) =>
                TaskStateImage.SubmissionsOf(args.Round(0), await _services.GetRoundAsync(args.Round(0), ct)),
            [NamespaceMethod.GetCurrentSlot] = (_, _) => Answer(_services.CurrentSlot),
            [NamespaceMethod.GetRound] = async (_, ct) => (await _services.GetTaskAsync(ct)).RoundAt(_services.CurrentSlot),

            [NamespaceMethod.GetAverageSlotTime] = (_, _) => Answer(_services.AverageSlotTime.TotalMilliseconds),
            [NamespaceMethod.GetLatestBlock] = async (_, ct) => await _services.GetLatestBlockAsync(ct),
            [NamespaceMethod.GetBlockHash] = async (args, ct) => await _services.GetBlockHashAsync(args.Slot(0), ct),
            [NamespaceMethod.CallLedger] = CallLedgerAsync,

            [NamespaceMethod.CheckSubmissionAndUpdateRound] = (args, ct) =>
                Do(_services.SubmitAsync(args.Round(1), args.TextUpTo(0, TaskChannel.MaxSubmissionBytes), ct)),
            [NamespaceMethod.GetAuditDuties] = async (args, ct) => await _services.GetAuditDutiesAsync(args.Round(0), ct),
            [NamespaceMethod.AuditSubmission] = (args, ct) =>
                Do(_services.GiveVerdictAsync(args.Round(2), args.Key(0), args.Verdict(1), ct)),
            [NamespaceMethod.UploadDistributionList] = async (args, ct) =>
            {
                await _services.SubmitDistributionListAsync(args.Round(1), args.TextOrJson(0), ct);
                return true;
            },
            [NamespaceMethod.DistributionListSubmissionOnChain] = (_, _) => Answer(Nothing),
            [NamespaceMethod.GetListAuditDuties] = async (args, ct) => await _services.GetListAuditDutiesAsync(args.Round(0), ct),
            [NamespaceMethod.GetDistributionList] = async (args, ct) =>
                await _services.GetDistributionListAsync(args.Round(1), args.Key(0), ct) ?? throw NoList(args),
            [NamespaceMethod.DistributionListAuditSubmission] = (args, ct) =>
                Do(_services.GiveListVerdictAsync(args.Round(2), args.Key(0), args.Verdict(1), ct)),

            [NamespaceMethod.StoreGet] = async (args, ct) => await _services.GetValueAsync(args.Text(0), ct),
            [NamespaceMethod.StoreSet] = (args, ct) => Do(_services.SetValueAsync(args.Text(0), args.OptionalText(1), ct)),
            [NamespaceMethod.AddContent] = (args, ct) => AddContentAsync(args, ct),
            [NamespaceMethod.SignTaskData] = async (args, ct) => await _services.SignAsync(args.Base64(0), ct),
            ["getSubmitterAccount"] = (_, _) => throw new PondException(
                "secret-refused",
                "The staking key's secret half stays in the node.",
                "A C# task knows its public key by the environment and signs by signTaskData."),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private delegate ValueTask<object?> Method(NamespaceArguments args, CancellationToken cancellationToken);

    /// <summary>A namespace call carries values and lists, not files.</summary>
    public int MaxRequestBytes => 8 << 20;

    public NamespaceError Describe(PondException failure) => new(failure.Message, failure.Code, failure.Fix, failure.IsTransient);

    public void OnRefused(string what) => _onNotice(Refusal(what));

    /// <summary>The line of a refusal.</summary>
    internal static TaskOutput Refusal(string what)
    {
        var text = $"warn: refused: {what.ReplaceLineEndings(" ")}";
        return new(TaskOutputSource.Notice, text.Length <= TaskLines.MaxLineLength ? text : text[..TaskLines.MaxLineLength]);
    }

    public ValueTask<object?> CallAsync(JsonElement args, CancellationToken cancellationToken)
    {
        var name = args.GetArrayLength() > 0 && args[0].ValueKind is JsonValueKind.String ? args[0].GetString()! : "";
        return _methods.TryGetValue(name, out var method)
            ? method(new(name, args), cancellationToken)
            : throw new PondException("method-unknown", $"The namespace has no method '{name}'.", "Check its spelling.");
    }

    private static ValueTask<object?> Answer(object? value) => ValueTask.FromResult(value);

    private static ValueTask<object?> Do(Action action)
    {
        action();
        return Answer(Nothing);
    }

    private static async ValueTask<object?> Do(ValueTask work)
    {
        await work;
        return Nothing;
    }

    private static PondException NoList(NamespaceArguments args) => new(
        "list-missing", $"{args.Key(0)} has no distribution list for round {args.Round(1)}.", "Try again while its window is open.");

    internal static bool Notify(NamespaceArguments args, Action<TaskOutput> onNotice)
    {
        if (args.Text(0) is not ("log" or "warn" or "error"))
        {
            return false;
        }

        // A notice is one line, however many the task wrote.
        var text = $"{args.Text(0)}: {args.Text(1)}".ReplaceLineEndings(" ");
        onNotice(new(TaskOutputSource.Notice, text.Length <= TaskLines.MaxLineLength ? text : text[..TaskLines.MaxLineLength]));
        return true;
    }

    private async ValueTask<object?> CallLedgerAsync(NamespaceArguments args, CancellationToken cancellationToken)
    {
        var method = args.Text(0);
        if (!method.StartsWith("get", StringComparison.Ordinal) || !method.All(char.IsAsciiLetterOrDigit))
        {
            throw new PondException("method-refused", $"A task may not call '{method}' of the ledger.", "Call a method that begins with 'get'.");
        }

        var answer = await _services.CallLedgerAsync(method, args.Items(1), cancellationToken);
        return answer.GetRawText().Length <= MaxLedgerAnswer
            ? answer
            : throw new PondException(
                "answer-too-large", $"The ledger's answer to '{method}' is too large for a task.", "Ask for less of it.");
    }

    private async ValueTask<object?> AddContentAsync(NamespaceArguments args, CancellationToken cancellationToken)
    {
        var path = args.Text(0);
        var staging = Directory.CreateDirectory(_options.Staging).CreateSubdirectory(
            Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));
        try
        {
            var copy = Path.Combine(staging.FullName, "content");
            await Task.Run(
                () => new TaskFolder(_options.Folder).CopyOut(path, copy, _options.MaxContentBytes, cancellationToken), cancellationToken);
            return await _services.AddContentAsync(copy, args.OptionalText(1) ?? path, cancellationToken);
        }
        finally
        {
            staging.Delete(recursive: true);
        }
    }
}
