using Pond.Primitives;

namespace Pond.Server.LocalNetworks;

/// <summary>Which ports a network's parts listen on. One that may be any is the same again at the next start, as long as nobody else took it.</summary>
internal sealed class LocalPorts(Dictionary<string, int> remembered)
{
    private readonly Lock _gate = new();

    /// <summary>The ports that were found.</summary>
    internal Dictionary<string, int> Ports { get; } = new(remembered, StringComparer.Ordinal);

    /// <summary>Starts a part.</summary>
    /// <param name="name">What the part is called.</param>
    /// <param name="wanted">The port that the user wants; 0 for any.</param>
    /// <param name="start">Starts it on a port, 0 being any free one.</param>
    /// <param name="portOf">The port that was found.</param>
    /// <exception cref="PondException"><c>port-in-use</c></exception>
    internal async Task<T> StartAsync<T>(string name, int wanted, Func<int, Task<T>> start, Func<T, int> portOf)
    {
        var before = wanted == 0 ? remembered.GetValueOrDefault(name) : 0;
        T part;
        try
        {
            part = await start(wanted == 0 ? before : wanted);
        }
        catch (PondException taken) when (taken.Code is "port-in-use" or "port-unusable" && wanted == 0 && before != 0)
        {
            part = await start(0);
        }
        catch (PondException taken) when (taken.Code is "port-in-use" && wanted != 0)
        {
            var option = name.StartsWith("node", StringComparison.Ordinal) ? "--node-port"
                : name is "rpc" ? "--rpc"
                : "--gateway or --store-rpc";
            throw new PondException(
                taken.Code, taken.Message, $"Stop the program that has it, or choose another port with {option}; 0 is any free one.", taken.IsTransient, taken);
        }

        lock (_gate)
        {
            Ports[name] = portOf(part);
        }

        return part;
    }
}
