using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Server.Nodes.Money;

namespace Pond.Server.Tests.Nodes.Money;

/// <summary>A disk of sagas that survives crashes, with a crash point before and after each write.</summary>
internal sealed class MemoryMoneyJournal(CrashPoints crashes) : IMoneyJournal
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, string> _sagas = new(StringComparer.Ordinal);
    private readonly HashSet<Signature> _known = [];

    /// <summary>The transactions that were ever written down.</summary>
    internal IReadOnlyCollection<Signature> Known => _known;

    public IReadOnlyList<Saga> ReadOpen() => [.. _order.Select(id => Find(id)!).Where(saga => !saga.IsOver)];

    public IReadOnlyList<Saga> ReadLast(int count) => [.. _order.AsEnumerable().Reverse().Take(count).Select(id => Find(id)!)];

    // As text: nothing but what can be written is remembered.
    public Saga? Find(string id) => _sagas.TryGetValue(id, out var text) ? JsonSerializer.Deserialize<Saga>(text, PondJson.Options) : null;

    public bool IsKnown(Signature transaction) => _known.Contains(transaction);

    public void Save(Saga saga)
    {
        crashes.Pass();
        if (!_sagas.ContainsKey(saga.Id))
        {
            _order.Add(saga.Id);
        }

        _sagas[saga.Id] = JsonSerializer.Serialize(saga, PondJson.Options);
        if (saga.Attempt is { } attempt)
        {
            _known.Add(attempt.Id);
        }

        crashes.Pass();
    }
}
