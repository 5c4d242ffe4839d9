using Pond.Contracts.Rpc;

namespace Pond.Server.Ledger.PubSub;

/// <summary>Who wants to know of what. Safe to use from several threads; no caller waits for another's notifications.</summary>
internal sealed class SubscriptionRegistry
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Interest, Dictionary<(Commitment Level, string Form), Group>> _groups = [];
    private readonly int[] _counts = new int[Enum.GetValues<ChangeKind>().Length];

    /// <summary>How many subscriptions to a kind of change there are.</summary>
    internal int Count(ChangeKind kind) => Volatile.Read(ref _counts[(int)kind]);

    internal void Add(Subscription subscription)
    {
        var topic = subscription.Topic;
        lock (_gate)
        {
            if (!_groups.TryGetValue(topic.Interest, out var groups))
            {
                _groups[topic.Interest] = groups = [];
            }

            if (!groups.TryGetValue(topic.Name, out var group))
            {
                groups[topic.Name] = group = new Group(topic);
            }

            group.Members.Add(subscription.Id, subscription);
            group.Snapshot = null;
            _counts[(int)topic.Interest.Kind]++;
        }
    }

    /// <summary>Removes a subscription; false if it is not there, or not there any more.</summary>
    internal bool Remove(Subscription subscription)
    {
        var topic = subscription.Topic;
        lock (_gate)
        {
            if (!_groups.TryGetValue(topic.Interest, out var groups)
                || !groups.TryGetValue(topic.Name, out var group)
                || !group.Members.Remove(subscription.Id))
            {
                return false;
            }

            _counts[(int)topic.Interest.Kind]--;
            group.Snapshot = null;
            if (group.Members.Count == 0)
            {
                _ = groups.Remove(topic.Name);
                if (groups.Count == 0)
                {
                    _ = _groups.Remove(topic.Interest);
                }
            }

            return true;
        }
    }

    internal bool IsWanted(Interest interest)
    {
        lock (_gate)
        {
            return _groups.ContainsKey(interest);
        }
    }

    /// <summary>The topics of an interest, each with its subscriptions at this moment.</summary>
    internal (Topic Topic, Subscription[] Subscriptions)[] Find(Interest interest)
    {
        lock (_gate)
        {
            return _groups.TryGetValue(interest, out var groups)
                ? [.. groups.Values.Select(group => (group.Topic, group.Snapshot ??= [.. group.Members.Values]))]
                : [];
        }
    }

    private sealed class Group(Topic topic)
    {
        internal Topic Topic { get; } = topic;

        internal Dictionary<ulong, Subscription> Members { get; } = [];

        // Ten thousand subscribers to slots come once and stay: they are copied when one comes or goes, and not with every slot.
        internal Subscription[]? Snapshot { get; set; }
    }
}
