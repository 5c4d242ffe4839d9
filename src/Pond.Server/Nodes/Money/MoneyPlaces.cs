using Pond.Client.Ledger;
using Pond.Contracts.Operator;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;

namespace Pond.Server.Nodes.Money;

/// <summary>Where an operator's tokens are.</summary>
internal static class MoneyPlaces
{
    /// <summary>For how many rounds after one in which it submitted a stake is locked: docs/protocol/tasks.md.</summary>
    private const ulong LockedRounds = 3;

    /// <summary>What the operator has on a task, under each of his keys; a key with nothing is left out.</summary>
    internal static async Task<IReadOnlyList<StakePlace>> OfAsync(LedgerClient client, OperatorKeys keys, TaskInfo task, CancellationToken cancellationToken)
    {
        var all = keys.AllStakingKeysOf(task).Select(key => key.PublicKey).Distinct().ToList();
        var accounts = await client.GetMultipleAccountsAsync([.. all], Commitment.Confirmed, cancellationToken);
        var places = new List<StakePlace>();
        foreach (var (index, key) in all.Index())
        {
            var (staked, claimable) = (task.Stakes.GetValueOrDefault(key), task.AvailableBalances.GetValueOrDefault(key));
            var rent = accounts[index]?.Lamports ?? Lamports.Zero;
            // A shared key's account is shown where it has something; the task's own is a place even when it is only rent.
            if (staked > Lamports.Zero || claimable > Lamports.Zero || (index == 0 && rent > Lamports.Zero))
            {
                places.Add(new(
                    task.Task,
                    task.Name,
                    task.Token,
                    key,
                    IsShared: index > 0,
                    staked,
                    claimable,
                    staked > Lamports.Zero ? await FindLockAsync(client, task, key, cancellationToken) : null,
                    rent));
            }
        }

        return places;
    }

    /// <summary>All of it: each account counts once, however many tasks share it. Tokens are not lamports.</summary>
    internal static Lamports Total(Lamports main, IReadOnlyCollection<StakePlace> places)
    {
        var staked = places.Where(place => place.Token is null).Aggregate(main, (sum, place) => sum + place.Staked + place.Claimable);
        return places.DistinctBy(place => place.StakingKey).Aggregate(staked, (sum, place) => sum + place.Rent);
    }

    private static async Task<Slot?> FindLockAsync(LedgerClient client, TaskInfo task, Pubkey key, CancellationToken cancellationToken)
    {
        var now = await client.GetSlotAsync(Commitment.Confirmed, cancellationToken);
        var current = task.RoundAt(now);
        for (var back = 0UL; back <= LockedRounds && back <= current.Value; back++)
        {
            var round = new Round(current.Value - back);
            var info = (await client.GetTaskRoundAsync(task.Task, round, key, Commitment.Confirmed, cancellationToken)).Value;
            if (info?.Submissions.ContainsKey(key) is true)
            {
                return task.StartOf(round + (LockedRounds + 1));
            }
        }

        return null;
    }
}
