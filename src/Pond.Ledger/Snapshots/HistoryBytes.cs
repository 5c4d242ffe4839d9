namespace Pond.Ledger.Snapshots;

/// <summary>Blocks and results as bytes, for those who keep the ledger's history.</summary>
public static class HistoryBytes
{
    private const int BufferSizeBytes = 512;

    private static readonly Lazy<Hash> Layout = new(() => ValueCodec.FingerprintOf(typeof(Block)));

    /// <summary>Says how the bytes are laid out: bytes that were written under another value can't be read.</summary>
    public static Hash Fingerprint => Layout.Value;

    /// <summary>Writes a result.</summary>
    public static byte[] Write(TransactionResult result) => WriteValue(result);

    /// <summary>Writes results one after the other.</summary>
    /// <param name="results">The results.</param>
    /// <param name="ends">Gets where each of them ends; as long as <paramref name="results"/>.</param>
    /// <param name="output">Takes them.</param>
    public static void Write(ReadOnlySpan<TransactionResult> results, Span<int> ends, MemoryStream output)
    {
        var start = output.Position;
        using var writer = new StateWriter(output, 16 * BufferSizeBytes, isHashed: false);
        var codec = ValueCodec.Of<TransactionResult>();
        for (var index = 0; index < results.Length; index++)
        {
            codec.Write(writer, results[index]);
            writer.Flush();
            ends[index] = (int)(output.Position - start);
        }
    }

    /// <summary>Writes a block without its transactions.</summary>
    public static byte[] Write(Block block) => WriteValue(block with { Transactions = [] });

    /// <summary>Reads a result.</summary>
    /// <exception cref="FormatException">The bytes are something else.</exception>
    public static TransactionResult ReadResult(byte[] bytes) => ReadValue<TransactionResult>(bytes);

    /// <summary>Reads a block without its transactions.</summary>
    /// <exception cref="FormatException">The bytes are something else.</exception>
    public static Block ReadBlock(byte[] bytes) => ReadValue<Block>(bytes);

    private static byte[] WriteValue<T>(T value)
        where T : class
    {
        using var output = new MemoryStream(BufferSizeBytes);
        using var writer = new StateWriter(output, BufferSizeBytes, isHashed: false);
        ValueCodec.Of<T>().Write(writer, value);
        writer.Flush();
        return output.ToArray();
    }

    private static T ReadValue<T>(byte[] bytes)
        where T : class
    {
        using var input = new MemoryStream(bytes, writable: false);
        using var reader = new StateReader(input, genesis: null, BufferSizeBytes, isHashed: false);
        return ValueCodec.Of<T>().Read(reader) ?? throw new FormatException("There is nothing.");
    }
}
