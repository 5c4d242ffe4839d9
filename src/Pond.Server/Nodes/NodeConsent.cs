using Pond.Primitives;

namespace Pond.Server.Nodes;

/// <summary>The words in which an operator agrees to run a JavaScript task.</summary>
public static class NodeConsent
{
    /// <summary>What is asked before a JavaScript task is run for the first time.</summary>
    /// <param name="task">The task's id.</param>
    /// <param name="stakingKey">Its own staking key.</param>
    public static string QuestionOf(Pubkey task, Pubkey stakingKey) =>
        $"The program of the JavaScript task {task} gets the secret of its own staking key {stakingKey}, and no other key. It can lose or spend what lies on that key: the stake on this task and what the task pays. Hand it over?";

    /// <summary>What is said where nobody has agreed.</summary>
    internal static PondException Missing(Pubkey task, Pubkey stakingKey) => new(
        "consent-missing",
        $"{QuestionOf(task, stakingKey)} Nobody has agreed yet.",
        $"Agree with 'pond node start {task} --give-staking-key', or with POND_GIVE_STAKING_KEYS=true for all tasks of the environment file.");
}
