using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Content.Pinning;

namespace Pond.Cli.Store;

/// <summary>What <c>pond store serve</c> is told by files and addresses.</summary>
internal static class ServeSettings
{
    /// <summary>Reads whom content is kept for: <c>{"NAME": {"token": "...", "maxBytes": 1000000000}}</c>.</summary>
    /// <exception cref="PondException"><c>pinning-users-invalid</c></exception>
    internal static (IReadOnlyList<PinningUser> Users, Dictionary<string, long> MaxBytes) ReadPinningUsers(FileInfo? file)
    {
        var quotas = new Dictionary<string, long>(StringComparer.Ordinal);
        if (file is null)
        {
            return ([], quotas);
        }

        try
        {
            var users = new List<PinningUser>();
            foreach (var (name, user) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file.FullName)) ?? [])
            {
                users.Add(new(name, user.GetProperty("token").GetString()!));
                if (user.TryGetProperty("maxBytes", out var most))
                {
                    quotas[name] = most.GetInt64();
                }
            }

            return users.Exists(user => user.Token.Length == 0 || user.Name.Length == 0)
                || users.DistinctBy(user => user.Token, StringComparer.Ordinal).Count() < users.Count
                ? throw new FormatException("each user needs a name, and a token of his own")
                : (users, quotas);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or JsonException
            or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PondException(
                "pinning-users-invalid",
                $"{file} does not say whom to keep content for: {cause.Message}",
                """Write {"NAME": {"token": "a long secret", "maxBytes": 1000000000}}.""",
                innerException: cause);
        }
    }

    /// <summary>Takes files of those whose accounts belong to the task programs of a ledger.</summary>
    internal static UploadOptions? UploadsOf(Uri? ledger, HttpClient http, TimeProvider timeProvider) =>
        ledger is null ? null : UploadOptions.OfLedger(new LedgerClient(http, ledger, timeProvider, new LedgerClientOptions()));
}
