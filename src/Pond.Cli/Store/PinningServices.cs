using System.Text.Json;
using Pond.Client.Content;
using Pond.Primitives;

namespace Pond.Cli.Store;

/// <summary>The pinning services that the user has named, in a file of Pond's own folder that he alone may read: it holds their tokens.</summary>
internal sealed class PinningServices
{
    private readonly string _path;
    private readonly SortedDictionary<string, Service> _services;

    private PinningServices(string path, SortedDictionary<string, Service> services) => (_path, _services) = (path, services);

    /// <summary>All of them by their names.</summary>
    internal IReadOnlyDictionary<string, Service> All => _services;

    /// <summary>Reads the file; there are none if there is none.</summary>
    /// <exception cref="PondException"><c>pinning-services-unreadable</c></exception>
    internal static PinningServices Open()
    {
        var path = Path.Combine(PondHome.Folder("store-settings"), "pinning-services.json");
        try
        {
            var services = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, Service>>(File.ReadAllText(path)) : [];
            return new(path, new(services ?? [], StringComparer.Ordinal));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new PondException(
                "pinning-services-unreadable",
                $"The pinning services in {path} cannot be read: {cause.Message}",
                "Correct the file, or delete it and name the services anew.",
                innerException: cause);
        }
    }

    /// <summary>A client for a service.</summary>
    /// <exception cref="PondException"><c>pinning-service-unknown</c></exception>
    internal PinningServiceClient ClientOf(string name, TimeProvider timeProvider) =>
        _services.TryGetValue(name, out var service)
            ? new(new Uri(service.Endpoint), service.Token, timeProvider)
            : throw new PondException(
                "pinning-service-unknown",
                $"There is no pinning service named '{name}'.",
                _services.Count == 0
                    ? "Name one first: pond store pin remote service add NAME ENDPOINT --token-file FILE."
                    : $"Choose one of: {string.Join(", ", _services.Keys)}.");

    internal void Add(string name, Uri endpoint, string token)
    {
        _services[name] = new(endpoint.AbsoluteUri, token);
        Save();
    }

    internal bool Remove(string name)
    {
        var isRemoved = _services.Remove(name);
        Save();
        return isRemoved;
    }

    private void Save()
    {
        var partial = _path + ".partial";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(partial, options))
        {
            JsonSerializer.Serialize(file, _services);
        }

        File.Move(partial, _path, overwrite: true);
    }

    /// <summary>A service.</summary>
    /// <param name="Endpoint">Its base address.</param>
    /// <param name="Token">The secret that it has given to the user.</param>
    internal sealed record Service(string Endpoint, string Token);
}
