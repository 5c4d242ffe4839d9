using Pond.Primitives;

namespace Pond.Server.Keys;

/// <summary>What of a key store everybody may read: it is bound to the box, so that nobody can change it unnoticed.</summary>
public sealed record KeyStoreHead
{
    /// <summary>The version of the format that this program writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>What the file is: <c>key-store</c>.</summary>
    public required string Pond { get; init; }

    /// <summary>The format's version.</summary>
    public required int Version { get; init; }

    /// <summary>The main key's address.</summary>
    public required Pubkey Address { get; init; }

    /// <summary>The scheme of the main key, such as <c>koii</c>; null for a key without a phrase.</summary>
    public string? Scheme { get; init; }

    /// <summary>How often Argon2id goes over its memory.</summary>
    public required ulong Operations { get; init; }

    /// <summary>How much memory that is, in bytes.</summary>
    public required ulong MemoryBytes { get; init; }

    /// <summary>The salt, in base64.</summary>
    public required byte[] Salt { get; init; }

    /// <summary>The nonce, in base64.</summary>
    public required byte[] Nonce { get; init; }
}
