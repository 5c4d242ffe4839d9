using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>Tasks: Koii's own five methods, and ours that answer in types instead of the account's JSON image.</summary>
internal sealed class TaskMethods
{
    private const long AllRounds = -1;

    private readonly LedgerEngine _engine;

    private TaskMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new TaskMethods(engine);
        return
        [
            Method("getTaskAccountInfo", 1, 2, methods.GetTaskAccountInfo),
            Method("getTaskSubmissionInfo", 1, 2, methods.GetTaskSubmissionInfo),
            Method("getTaskDistributionInfo", 1, 2, methods.GetTaskDistributionInfo),
            Method("getMyTaskStakeInfo", 2, 3, methods.GetMyTaskStakeInfo),
            Method("getMyTaskSubmissionRoundInfo", 2, 3, methods.GetMyTaskSubmissionRoundInfo),
            Method("getTasks", 0, 1, methods.GetTasks),
            Method("getTask", 1, 2, methods.GetTask),
            Method("getTaskRound", 2, 3, methods.GetTaskRound),
            Method("getTaskDistributionList", 3, 4, methods.GetTaskDistributionList),
            Method("getAuditAssignments", 3, 4, methods.GetAuditAssignments),
        ];
    }

    private object GetTaskAccountInfo(RpcCall call)
    {
        var (task, settings) = (call.Pubkey(0), call.Settings(1));
        var parts = Part("submission", "is_submission_required", TaskImageParts.Submissions)
            | Part("distribution", "is_distribution_required", TaskImageParts.Distributions)
            | Part("balance", "is_available_balances_required", TaskImageParts.Balances)
            | Part("stake", "is_stake_list_required", TaskImageParts.Stakes);
        var (context, image) = _engine.Answer(settings, bank => bank.GetTaskImage(task, parts));
        return image is { } bytes
            ? new ImageAnswer(context, bytes, IsCompressed(settings))
            : new Contextual<DataAnswer<EncodedBytes>?>(context, null);

        // Versions 0.1.1 and 0.1.2 of Koii's client send the long names.
        TaskImageParts Part(string name, string oldName, TaskImageParts part) =>
            settings.Flag(name) || settings.Flag(oldName) ? part : TaskImageParts.None;
    }

    private object GetTaskSubmissionInfo(RpcCall call) =>
        GetRoundImage(call, "submissions", (bank, task, round) => bank.GetSubmissionImage(task, round));

    private object GetTaskDistributionInfo(RpcCall call) =>
        GetRoundImage(call, "distribution rewards submission", (bank, task, round) => bank.GetDistributionImage(task, round));

    private ImageAnswer GetRoundImage(
        RpcCall call, string what, Func<Bank, Pubkey, Round?, ImmutableArray<byte>?> read)
    {
        var (task, settings) = (call.Pubkey(0), call.Settings(1));
        var number = settings.Member("round") is { } value && !IsAllRounds(value) ? RpcJson.Number(value) : (ulong?)null;
        Round? round = number is { } one ? new Round(one) : null;
        var (context, image) = _engine.Answer(settings, bank => read(bank, task, round));
        return image is { } bytes
            ? new ImageAnswer(context, bytes, IsCompressed(settings))
            // Task templates match on the first words and then go on without an answer.
            : throw RpcErrors.NotFound(
                $"Task does not have any {what}{(round is { } missing ? $" in round {missing}" : string.Empty)}");

        static bool IsAllRounds(System.Text.Json.JsonElement value) =>
            value.ValueKind is System.Text.Json.JsonValueKind.Number && value.TryGetInt64(out var round) && round == AllRounds;
    }

    private object GetMyTaskStakeInfo(RpcCall call)
    {
        var (task, staker) = (call.Pubkey(0), call.Pubkey(1));
        return _engine.Answer(call.Settings(2), bank =>
            bank.GetStake(task, staker) is { } stake
                ? new DataAnswer<Lamports>(stake)
                : throw RpcErrors.NotFound("No stake available on this task"));
    }

    private object GetMyTaskSubmissionRoundInfo(RpcCall call)
    {
        var (task, submitter, settings) = (call.Pubkey(0), call.Pubkey(1), call.Settings(2));
        // Koii's client leaves round 0 out.
        var round = new Round(settings.Number("round") ?? 0);
        return _engine.Answer(settings, bank =>
            new DataAnswer<bool>(bank.GetSubmission(task, round, submitter) is not null));
    }

    private object GetTasks(RpcCall call) => _engine.Answer(call.Settings(0), bank => bank.ListTasks().ToImmutableArray());

    private object GetTask(RpcCall call)
    {
        var task = call.Pubkey(0);
        return _engine.Answer(call.Settings(1), bank => bank.GetTask(task));
    }

    private object GetTaskRound(RpcCall call)
    {
        var (task, round, settings) = (call.Pubkey(0), new Round(call.Number(1)), call.Settings(2));
        // Every node asks for every round in every slot, so nobody is sent all of a large one at once.
        if (Key("node") is { } node)
        {
            return _engine.Answer(settings, bank => bank.GetTaskRoundOf(task, round, node));
        }

        var after = Key("after");
        var limit = (int)Math.Clamp(settings.Number("limit") ?? Bank.MaxRoundPart, 1, Bank.MaxRoundPart);
        return _engine.Answer(settings, bank => bank.GetTaskRoundPart(task, round, after, limit));

        Pubkey? Key(string name) => settings.Member(name) is { } value ? RpcJson.Pubkey(RpcJson.Text(value)) : null;
    }

    private object GetTaskDistributionList(RpcCall call)
    {
        var (task, round, author) = (call.Pubkey(0), new Round(call.Number(1)), call.Pubkey(2));
        return _engine.Answer(call.Settings(3), bank => bank.GetDistributionList(task, round, author));
    }

    private object GetAuditAssignments(RpcCall call)
    {
        var (task, round, node) = (call.Pubkey(0), new Round(call.Number(1)), call.Pubkey(2));
        return _engine.Answer(call.Settings(3), bank => bank.GetAuditAssignments(task, round, node));
    }

    private static bool IsCompressed(RpcSettings settings) => settings.Encoding is "base64+zstd";
}
