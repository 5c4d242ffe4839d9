using Pond.Node.Money;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Server.Nodes.Money;

/// <summary>What money needs of a ledger.</summary>
internal interface IMoneyLedger
{
    /// <summary>Looks at what a saga's next move depends on.</summary>
    /// <exception cref="PondException">It can't be looked at now.</exception>
    Task<MoneyFacts> ReadAsync(Saga saga, CancellationToken cancellationToken);

    /// <summary>A hash to sign with, the last height at which it is good, and a slot before which nothing signed with it can have landed.</summary>
    /// <exception cref="PondException">The ledger can't be reached.</exception>
    Task<(Hash Blockhash, ulong LastValidBlockHeight, Slot Slot)> GetBlockhashAsync(CancellationToken cancellationToken);

    /// <summary>Tries out a message; nothing of it is signed, so that nobody could send it.</summary>
    /// <returns>Why it would be refused; null if it would be taken.</returns>
    /// <exception cref="PondException">The ledger can't be reached.</exception>
    Task<Refusal?> TryAsync(Message message, CancellationToken cancellationToken);

    /// <summary>Sends a transaction. Whether it arrived is not asked here.</summary>
    /// <exception cref="PondException">The ledger can't be reached, or it is not known whether it was.</exception>
    Task SendAsync(Transaction transaction, CancellationToken cancellationToken);
}
