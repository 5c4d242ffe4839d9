using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;

namespace Pond.Server.Nodes.Operator;

/// <summary>The way to a node's operator port: its address and a token for each role, in a file that only the node's user can read.</summary>
/// <param name="Schema">The file's version: 1.</param>
/// <param name="Address">Where the node listens, or listened last; null before its first start.</param>
/// <param name="View">The token of <see cref="OperatorRole.View"/>.</param>
/// <param name="Operate">The token of <see cref="OperatorRole.Operate"/>.</param>
/// <param name="Wallet">The token of <see cref="OperatorRole.Wallet"/>.</param>
public sealed record OperatorAccess(int Schema, Uri? Address, string View, string Operate, string Wallet)
{
    /// <summary>The file in the node's data folder.</summary>
    public const string FileName = "operator.json";

    private const int TokenBytes = 32;
    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the file of a node that has been started before.</summary>
    /// <exception cref="PondException"><c>operator-access-missing</c>: there is none, it is no such file, or it is another user's.</exception>
    public static OperatorAccess Read(string folder) => TryRead(folder, out var reason) ?? throw new PondException(
        "operator-access-missing",
        $"There is no way to the operator's port of the node in {Path.GetFullPath(folder)}: {reason}",
        "Start the node, and ask as the user that runs it.");

    /// <summary>Reads the file, and makes it if there is none, it is damaged, or others could have read it.</summary>
    /// <exception cref="PondException"><c>operator-access-missing</c>: the folder can't be written.</exception>
    internal static OperatorAccess Open(string folder) =>
        TryRead(folder, out _) is { } access && IsOwnersAlone(folder) ? access : new(1, null, NewToken(), NewToken(), NewToken());

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="PondException"><c>operator-access-missing</c>: the folder can't be written.</exception>
    internal void Write(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var partial = path + ".partial";
        try
        {
            File.Delete(partial);
            // Made with its rights: nobody can open it in the moment before they are narrowed.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnersAlone;
            }

            using (var file = new FileStream(partial, options))
            {
                JsonSerializer.Serialize(file, this, PondJson.Options);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "operator-access-missing",
                $"The operator's tokens can't be written to {path}: {exception.Message}",
                "Check the owner and the rights of the node's folder.",
                innerException: exception);
        }
    }

    /// <summary>The role of a token; none if it is no token.</summary>
    internal OperatorRole RoleOf(string token) =>
        IsSame(token, Wallet) ? OperatorRole.Wallet
        : IsSame(token, Operate) ? OperatorRole.Operate
        : IsSame(token, View) ? OperatorRole.View
        : OperatorRole.None;

    private static OperatorAccess? TryRead(string folder, out string reason)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            var access = JsonSerializer.Deserialize<OperatorAccess>(File.ReadAllBytes(path), PondJson.Options);
            reason = $"{path} is of another version.";
            return access is { Schema: 1, View.Length: 2 * TokenBytes, Operate.Length: 2 * TokenBytes, Wallet.Length: 2 * TokenBytes } ? access : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            reason = exception.Message;
            return null;
        }
    }

    private static bool IsOwnersAlone(string folder) =>
        OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(folder, FileName)) == OwnersAlone;

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    private static bool IsSame(string given, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(token));
}
