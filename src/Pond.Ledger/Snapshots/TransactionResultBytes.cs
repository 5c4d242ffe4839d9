namespace Pond.Ledger.Snapshots;

/// <summary>A transaction's result as bytes, for those who keep the ledger's history.</summary>
public static class TransactionResultBytes
{
    private const int BufferSizeBytes = 512;

    private static readonly Lazy<Hash> Layout = new(() => ValueCodec.FingerprintOf(typeof(TransactionResult)));

    /// <summary>Says how the bytes are laid out: bytes that were written under another value can't be read.</summary>
    public static Hash Fingerprint => Layout.Value;

    /// <summary>Writes a result.</summary>
    public static byte[] Write(TransactionResult result)
    {
        using var output = new MemoryStream(1024);
        using var writer = new StateWriter(output, BufferSizeBytes);
        ValueCodec.Of<TransactionResult>().Write(writer, result);
        writer.Flush();
        return output.ToArray();
    }

    /// <summary>Reads a result.</summary>
    /// <exception cref="FormatException">The bytes are something else.</exception>
    public static TransactionResult Read(byte[] bytes)
    {
        using var input = new MemoryStream(bytes, writable: false);
        using var reader = new StateReader(input, genesis: null, BufferSizeBytes);
        return ValueCodec.Of<TransactionResult>().Read(reader) ?? throw new FormatException("There is no result.");
    }
}
