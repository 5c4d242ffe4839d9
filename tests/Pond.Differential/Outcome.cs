using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Pond.Differential;

/// <summary>What one side says that a transaction did.</summary>
/// <param name="Error">The error in the debug form of the Solana runtime, such as <c>InstructionError(0, Custom(1))</c>; null if none.</param>
/// <param name="Logs">The log lines.</param>
/// <param name="Inner">The calls between programs, as one text per instruction of the transaction that made some.</param>
/// <param name="Returned">The return data in base64; empty if none.</param>
/// <param name="Accounts">The accounts that were looked at afterwards, each as one text; null where there is none.</param>
public sealed record Outcome(
    string? Error, IReadOnlyList<string> Logs, IReadOnlyList<string> Inner, string Returned, IReadOnlyList<string?> Accounts)
{
    /// <summary>A short stand-in for the whole, for a file that is checked in.</summary>
    public string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this))))[..32];

    /// <summary>One account as text.</summary>
    public static string Describe(ulong lamports, string owner, string data) => $"{lamports} {owner} {data}";
}
