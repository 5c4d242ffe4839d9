using Pond.Primitives;

namespace Pond.Contracts.Tasks;

/// <summary>What a node really signs when a task asks it to sign data.</summary>
public static class TaskSignature
{
    /// <summary>
    /// 0xFF can't begin a transaction: as a legacy message it would ask for 255 signatures, as a versioned one for version 127.
    /// </summary>
    private static readonly byte[] Prefix = [0xFF, .. "pond task data\0"u8];

    /// <summary>The bytes to sign: a prefix that makes them no transaction, the task's id, the data.</summary>
    /// <remarks>The id keeps one task from using what a key has signed for another.</remarks>
    public static byte[] GetSignedBytes(Pubkey task, ReadOnlySpan<byte> data)
    {
        var bytes = new byte[Prefix.Length + Pubkey.SizeBytes + data.Length];
        Prefix.CopyTo(bytes);
        task.CopyTo(bytes.AsSpan(Prefix.Length));
        data.CopyTo(bytes.AsSpan(Prefix.Length + Pubkey.SizeBytes));
        return bytes;
    }
}
