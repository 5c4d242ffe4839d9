using System.Text.Json;
using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>Reads the settlement ledger by its JSON-RPC: blocks, transactions, accounts. Nothing can be sent this way.</summary>
public interface ITaskLedger
{
    /// <summary>Calls a method that only reads.</summary>
    /// <param name="method">Its name on the wire, such as <c>getBlock</c>; it begins with <c>get</c>.</param>
    /// <param name="parameters">Its parameters, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The result as the ledger gives it.</returns>
    /// <exception cref="PondException">
    /// <c>ledger-refused</c>: the ledger's error, with its message. <c>method-refused</c>: the method does more than to read.
    /// <c>ledger-unreachable</c>. <c>answer-too-large</c>: the result has more than 4 MiB.
    /// </exception>
    ValueTask<JsonElement> CallAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken);
}
