using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Tasks.Namespace;

/// <summary>A task in the original's shape, for programs that know that one. C# tasks read the typed form.</summary>
internal static class TaskStateImage
{
    /// <summary>The task's account; parts that the options don't ask for are empty, as in the original.</summary>
    /// <param name="task">The task.</param>
    /// <param name="options">An object of <c>is_..._required</c>; without one everything that is at hand is given.</param>
    public static JsonObject Of(TaskInfo task, JsonElement? options)
    {
        bool Wants(string part) =>
            options is not { ValueKind: JsonValueKind.Object } asked
            || (asked.TryGetProperty($"is_{part}_required", out var wanted) && wanted.ValueKind is JsonValueKind.True);

        return new()
        {
            ["task_id"] = task.Task.ToString(),
            ["task_name"] = task.Name,
            ["task_manager"] = task.Manager.ToString(),
            ["task_description"] = task.Description,
            ["task_audit_program"] = task.Executable,
            ["task_metadata"] = task.Metadata,
            ["task_vars"] = task.Variables,
            ["is_active"] = task.IsActive,
            ["is_migrated"] = task.IsMigrated,
            ["stake_pot_account"] = task.StakePot.ToString(),
            ["starting_slot"] = task.StartingSlot.Value,
            ["round_time"] = task.RoundTime,
            ["submission_window"] = task.SubmissionWindow,
            ["audit_window"] = task.AuditWindow,
            ["allowed_failed_distributions"] = task.AllowedFailedDistributions,
            ["total_bounty_amount"] = task.TotalBounty.Value,
            ["bounty_amount_per_round"] = task.BountyPerRound.Value,
            ["minimum_stake_amount"] = task.MinimumStake.Value,
            ["total_stake_amount"] = task.TotalStake.Value,
            ["stake_list"] = Wants("stake_list") ? Amounts(task.Stakes) : [],
            ["available_balances"] = Wants("available_balances") ? Amounts(task.AvailableBalances) : [],
        };
    }

    /// <summary>A round's submissions with the objections against them and the votes on those.</summary>
    /// <exception cref="PondException"><c>submissions-missing</c>, with the words for which the original's clients look.</exception>
    public static JsonObject SubmissionsOf(Round round, TaskRoundInfo? info)
    {
        if (info is null || info.Submissions.IsEmpty)
        {
            throw new PondException(
                "submissions-missing", "Task does not have any submissions", $"Ask again once round {round} has submissions.");
        }

        var submissions = new JsonObject();
        foreach (var (key, submission) in info.Submissions)
        {
            submissions[key.ToString()] = new JsonObject
            {
                ["submission_value"] = submission.Value,
                ["slot"] = submission.Slot.Value,
                ["round"] = round.Value,
            };
        }

        var triggers = new JsonObject();
        foreach (var (key, objection) in info.Objections)
        {
            // A verdict given before the objection is the seat's vote, so all of the candidate's verdicts are votes now.
            var votes = info.Verdicts.GetValueOrDefault(key, []).Where(given => given.Verdict is not Verdict.Abstain);
            triggers[key.ToString()] = new JsonObject
            {
                ["trigger_by"] = objection.By.ToString(),
                ["slot"] = objection.Slot.Value,
                ["votes"] = new JsonArray([.. votes.Select(given => new JsonObject
                {
                    ["is_valid"] = given.Verdict is Verdict.Valid,
                    ["voter"] = given.Voter.ToString(),
                    ["slot"] = given.Slot.Value,
                })]),
            };
        }

        return new()
        {
            ["submissions"] = new JsonObject { [round.ToString()] = submissions },
            ["submissions_audit_trigger"] = new JsonObject { [round.ToString()] = triggers },
        };
    }

    private static JsonObject Amounts(IEnumerable<KeyValuePair<Pubkey, Lamports>> amounts) =>
        new(amounts.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key.ToString(), entry.Value.Value)));
}
