using Pond.Primitives.Cryptography;

namespace Pond.Server.Keys;

/// <summary>What a key store keeps: a seed phrase with the scheme of its main key, or a key that has no phrase.</summary>
public sealed record StoredSecret
{
    private StoredSecret()
    {
    }

    /// <summary>The words; null for a key without.</summary>
    public Mnemonic? Phrase { get; private init; }

    /// <summary>The further secret that is part of the phrase; empty for none.</summary>
    public string PhrasePassphrase { get; private init; } = "";

    /// <summary>How the main key is made of the words; none for a key without.</summary>
    public KeyScheme Scheme { get; private init; }

    /// <summary>What follows from it.</summary>
    public required OperatorKeys Keys { get; init; }

    /// <summary>A seed phrase.</summary>
    public static StoredSecret Of(Mnemonic phrase, string phrasePassphrase, KeyScheme scheme) => new()
    {
        Phrase = phrase,
        PhrasePassphrase = phrasePassphrase,
        Scheme = scheme,
        Keys = OperatorKeys.Of(phrase, phrasePassphrase, scheme),
    };

    /// <summary>A key without a phrase.</summary>
    public static StoredSecret Of(Keypair key) => new() { Keys = OperatorKeys.Of(key) };

    /// <summary>The main key's address; never a secret.</summary>
    public override string ToString() => Keys.ToString();
}
