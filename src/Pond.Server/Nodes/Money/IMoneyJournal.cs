using Pond.Node.Money;
using Pond.Primitives;

namespace Pond.Server.Nodes.Money;

/// <summary>Where sagas are written down. What a call wrote is on disk when it returns.</summary>
internal interface IMoneyJournal
{
    /// <summary>The sagas that are not over, oldest first.</summary>
    IReadOnlyList<Saga> ReadOpen();

    /// <summary>The last sagas, newest first.</summary>
    /// <param name="count">How many at most.</param>
    IReadOnlyList<Saga> ReadLast(int count);

    /// <summary>The saga of that id; null if there is none.</summary>
    Saga? Find(string id);

    /// <summary>Whether a transaction was ever written down: the ledger would take the same bytes for a repetition.</summary>
    bool IsKnown(Signature transaction);

    /// <summary>Writes a saga down, a new one at the end.</summary>
    void Save(Saga saga);
}
