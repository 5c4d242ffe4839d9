namespace Pond.Store;

/// <summary>The encodings of <see cref="Multibase"/>. The value of each is the character that introduces it.</summary>
public enum MultibaseEncoding : ushort
{
    /// <summary>No encoding; never introduces a text.</summary>
    None = 0,

    /// <summary>Hexadecimal, lower case.</summary>
    Base16 = 'f',

    /// <summary>Hexadecimal, upper case.</summary>
    Base16Upper = 'F',

    /// <summary>RFC 4648 base 32 without padding, lower case: the text form of CIDv1.</summary>
    Base32 = 'b',

    /// <summary>RFC 4648 base 32 without padding, upper case.</summary>
    Base32Upper = 'B',

    /// <summary>RFC 4648 base 32 with padding, lower case.</summary>
    Base32Pad = 'c',

    /// <summary>RFC 4648 base 32 with padding, upper case.</summary>
    Base32PadUpper = 'C',

    /// <summary>RFC 4648 base 32 with the extended hex alphabet, lower case.</summary>
    Base32Hex = 'v',

    /// <summary>RFC 4648 base 32 with the extended hex alphabet, upper case.</summary>
    Base32HexUpper = 'V',

    /// <summary>Base 36, lower case: short enough for a DNS label where base 32 is not.</summary>
    Base36 = 'k',

    /// <summary>Base 36, upper case.</summary>
    Base36Upper = 'K',

    /// <summary>Base 58 with Bitcoin's alphabet: the text form of CIDv0, there without a prefix.</summary>
    Base58Btc = 'z',

    /// <summary>RFC 4648 base 64 without padding.</summary>
    Base64 = 'm',

    /// <summary>RFC 4648 base 64 with padding.</summary>
    Base64Pad = 'M',

    /// <summary>RFC 4648 base 64 for URLs without padding.</summary>
    Base64Url = 'u',

    /// <summary>RFC 4648 base 64 for URLs with padding.</summary>
    Base64UrlPad = 'U',
}
