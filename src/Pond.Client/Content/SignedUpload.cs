using System.Text;
using Pond.Store;

namespace Pond.Client.Content;

/// <summary>What a staking wallet signs when it uploads a file to a node that takes files for staking wallets.</summary>
/// <param name="Cid">The directory around the one file: <c>&lt;cid&gt;/&lt;file name&gt;</c> is how it is read.</param>
/// <param name="SizeBytes">The file's size.</param>
/// <param name="Task">The task that it is for; empty for none.</param>
/// <param name="Round">The round of the task that it is for; empty for none.</param>
/// <param name="ExpiresAt">When the signature is worth nothing any more, to the second.</param>
public sealed record SignedUpload(Cid Cid, long SizeBytes, string Task, string Round, DateTimeOffset ExpiresAt)
{
    /// <summary>The header with the staking key, in base58.</summary>
    public const string KeyHeader = "X-Pond-Staking-Key";

    /// <summary>The header with the signature, in base58.</summary>
    public const string SignatureHeader = "X-Pond-Signature";

    /// <summary>The header with the end of the signature's worth, in seconds since 1970.</summary>
    public const string ExpiresHeader = "X-Pond-Expires";

    /// <summary>The bytes that are signed. Their first line keeps a signature from meaning anything elsewhere.</summary>
    public byte[] GetSignedBytes() => Encoding.UTF8.GetBytes(
        $"pond-upload 1\ncid {Cid}\nsize {SizeBytes}\ntask {Task}\nround {Round}\nexpires {ExpiresAt.ToUnixTimeSeconds()}\n");
}
