namespace Pond.Contracts.Tasks;

/// <summary>The names of the namespace's methods. Those from <see cref="PhaseCompleted"/> on are Pond's own.</summary>
public static class NamespaceMethod
{
    /// <summary>[]: the task is set up and takes phases.</summary>
    public const string DefaultTaskSetup = "defaultTaskSetup";

    /// <summary>[options]: the task's account in the original's shape.</summary>
    public const string GetTaskState = "getTaskState";

    /// <summary>[round]: a round's submissions and objections in the original's shape.</summary>
    public const string GetTaskSubmissionInfo = "getTaskSubmissionInfo";

    /// <summary>[]: the ledger's slot.</summary>
    public const string GetCurrentSlot = "getCurrentSlot";

    /// <summary>[]: the round in which that slot lies.</summary>
    public const string GetRound = "getRound";

    /// <summary>[]: how long a slot takes on average, in milliseconds.</summary>
    public const string GetAverageSlotTime = "getAverageSlotTime";

    /// <summary>[value, round]: hands over the round's submission.</summary>
    public const string CheckSubmissionAndUpdateRound = "checkSubmissionAndUpdateRound";

    /// <summary>[candidate, verdict, round]; a verdict is true, false or <c>"abstain"</c>.</summary>
    public const string AuditSubmission = "auditSubmission";

    /// <summary>[list, round]: hands over the round's distribution list, as text or as an object. Answers true.</summary>
    public const string UploadDistributionList = "uploadDistributionList";

    /// <summary>[round]: nothing to do; the node sends both transactions for <see cref="UploadDistributionList"/>.</summary>
    public const string DistributionListSubmissionOnChain = "distributionListSubmissionOnChain";

    /// <summary>[author, round]: a list as JSON text.</summary>
    public const string GetDistributionList = "getDistributionList";

    /// <summary>[author, verdict, round]; a verdict is true, false or <c>"abstain"</c>.</summary>
    public const string DistributionListAuditSubmission = "distributionListAuditSubmission";

    /// <summary>[key]: a value of the task's store, or null.</summary>
    public const string StoreGet = "storeGet";

    /// <summary>[key, value]: sets a value; null removes it.</summary>
    public const string StoreSet = "storeSet";

    /// <summary>[level, message, action]: tells the node's operator something. Levels are log, warn and error.</summary>
    public const string Logger = "logger";

    /// <summary>[id, error or null]: a phase has ended.</summary>
    public const string PhaseCompleted = "phaseCompleted";

    /// <summary>[]: a <see cref="Primitives.Tasks.TaskInfo"/>.</summary>
    public const string GetTask = "getTask";

    /// <summary>[round]: a <see cref="Primitives.Tasks.TaskRoundInfo"/>, or null.</summary>
    public const string GetTaskRound = "getTaskRound";

    /// <summary>[round]: the candidates to audit now.</summary>
    public const string GetAuditDuties = "getAuditDuties";

    /// <summary>[round]: the authors whose lists are to be audited now.</summary>
    public const string GetListAuditDuties = "getListAuditDuties";

    /// <summary>[path in the task's folder, name]: stores and pins a file or folder; answers its CID.</summary>
    public const string AddContent = "addContent";

    /// <summary>[data in base64]: a signature of it by the staking key, see <see cref="TaskSignature"/>.</summary>
    public const string SignTaskData = "signTaskData";

    /// <summary>[]: the newest confirmed block, a <see cref="Primitives.BlockReference"/>.</summary>
    public const string GetLatestBlock = "getLatestBlock";

    /// <summary>[slot]: the hash of the slot's block, or null.</summary>
    public const string GetBlockHash = "getBlockHash";

    /// <summary>[method, parameters]: a JSON-RPC method of the ledger that only reads; answers its result.</summary>
    public const string CallLedger = "callLedger";
}
