using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Powers;

/// <summary>What goes wrong with the calls of some method.</summary>
/// <param name="Method">The method; <c>*</c> for all but the powers themselves.</param>
/// <param name="Delay">How long a call waits first.</param>
/// <param name="IsRefused">Whether it is answered as by an overloaded node.</param>
/// <param name="CallsLeft">How many calls it will still happen to; null for all.</param>
internal sealed record RpcFault(string Method, TimeSpan Delay, bool IsRefused, int? CallsLeft);

/// <summary>Lets calls be slow or fail, because the owner of a local network wants to see what clients do then. Safe for several threads.</summary>
internal sealed class RpcFaults(TimeProvider time)
{
    /// <summary>So many faults there may be.</summary>
    internal const int MaxFaults = 64;

    private readonly Lock _gate = new();
    private RpcFault[] _faults = [];

    /// <summary>The faults, in the order in which they are looked at; the first that fits is taken.</summary>
    internal ImmutableArray<RpcFault> All => [.. Volatile.Read(ref _faults)];

    /// <summary>Adds a fault in the place of one of the same method; false if there are too many.</summary>
    internal bool TryAdd(RpcFault fault)
    {
        lock (_gate)
        {
            var others = All.RemoveAll(other => other.Method == fault.Method);
            if (others.Length >= MaxFaults)
            {
                return false;
            }

            Volatile.Write(ref _faults, [.. others, fault]);
            return true;
        }
    }

    /// <summary>Ends all faults.</summary>
    internal void Clear()
    {
        lock (_gate)
        {
            Volatile.Write(ref _faults, []);
        }
    }

    /// <summary>The same methods, with faults in front of them.</summary>
    internal IEnumerable<RpcMethod> Around(IEnumerable<RpcMethod> methods) => methods.Select(method => method with
    {
        Handler = call => Volatile.Read(ref _faults).Length == 0 ? method.Handler(call) : HandleAsync(method, call),
    });

    private async ValueTask<object?> HandleAsync(RpcMethod method, RpcCall call)
    {
        if (Take(method.Name) is { } fault)
        {
            await Task.Delay(fault.Delay, time, call.CancellationToken);
            if (fault.IsRefused)
            {
                throw new RpcException(
                    RpcErrorCodes.NodeUnhealthy, "Node is unhealthy: the owner of this local network lets calls fail.", new { numSlotsBehind = (ulong?)null });
            }
        }

        return await method.Handler(call);
    }

    private RpcFault? Take(string method)
    {
        lock (_gate)
        {
            if (All.FirstOrDefault(fault => fault.Method == method || fault.Method == "*") is not { } found)
            {
                return null;
            }

            if (found.CallsLeft is { } left)
            {
                Volatile.Write(ref _faults, [.. left > 1 ? All.Replace(found, found with { CallsLeft = left - 1 }) : All.Remove(found)]);
            }

            return found;
        }
    }
}
