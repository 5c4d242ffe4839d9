using System.Collections.Frozen;

namespace Pond.Server.Ledger.Rpc;

/// <summary>Answers one call. The result is data that is written as JSON after the call; null is JSON's null.</summary>
/// <remarks>An expected failure is an <see cref="Contracts.Rpc.RpcException"/>.</remarks>
internal delegate ValueTask<object?> RpcHandler(RpcCall call);

/// <summary>A method of the interface.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="MinParameters">How many parameters must be there.</param>
/// <param name="MaxParameters">How many may be there; those beyond <paramref name="MinParameters"/> may be null.</param>
/// <param name="Handler">What it does.</param>
internal sealed record RpcMethod(string Name, int MinParameters, int MaxParameters, RpcHandler Handler);

/// <summary>The methods by name; frozen. A socket serves the same table with its subscriptions added.</summary>
internal sealed class RpcMethodTable
{
    private readonly FrozenDictionary<string, RpcMethod> _methods;

    /// <summary>Collects the methods.</summary>
    /// <exception cref="ArgumentException">Two methods have one name.</exception>
    internal RpcMethodTable(IEnumerable<RpcMethod> methods)
    {
        _methods = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);
    }

    /// <summary>Finds a method; null if there is none of the name.</summary>
    internal RpcMethod? Find(string name) => _methods.GetValueOrDefault(name);
}
