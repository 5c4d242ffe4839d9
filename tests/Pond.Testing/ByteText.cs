namespace Pond.Testing;

/// <summary>Bytes as tests write them.</summary>
public static class ByteText
{
    /// <summary>Reads hexadecimal; blanks and line breaks are for the eye.</summary>
    public static byte[] Hex(string text) =>
        Convert.FromHexString(string.Concat(text.Where(character => !char.IsWhiteSpace(character))));
}
