namespace Pond.Store.Dag;

/// <summary>A dag-pb node: named links and bytes.</summary>
public sealed class PbNode
{
    internal const int DataField = 1;
    internal const int LinksField = 2;

    /// <summary>Makes a node.</summary>
    /// <param name="links">In the order in which they shall be seen; <see cref="Encode"/> sorts them by name.</param>
    /// <param name="data">The node's own bytes; null if it has none, which is not the same as none of them.</param>
    public PbNode(IReadOnlyList<PbLink> links, ReadOnlyMemory<byte>? data)
    {
        Links = links;
        Data = data;
    }

    /// <summary>The links in the order in which they were found.</summary>
    public IReadOnlyList<PbLink> Links { get; }

    /// <summary>The node's own bytes, or null.</summary>
    public ReadOnlyMemory<byte>? Data { get; }

    /// <summary>The size of what <see cref="Encode"/> returns.</summary>
    public int EncodedSize =>
        Links.Sum(link => link.EncodedSize) + (Data is { } data ? ProtoWriter.SizeOfBytes(data.Length) : 0);

    /// <summary>The canonical bytes: links sorted by the bytes of their names, equal names in their order, then the data.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[EncodedSize];
        var writer = new ProtoWriter(bytes);
        foreach (var link in Links.Order(Comparer<PbLink>.Create(CompareNames)))
        {
            link.Write(ref writer);
        }

        if (Data is { } data)
        {
            writer.WriteBytes(DataField, data.Span);
        }

        return bytes;
    }

    /// <summary>Reads a node strictly. The links and the data are parts of <paramref name="block"/>, not copies.</summary>
    /// <exception cref="FormatException">
    /// A field is unknown, doubled, out of order or of the wrong type, a length reaches past the end, or a link has no CID.
    /// </exception>
    public static PbNode Parse(ReadOnlyMemory<byte> block)
    {
        var reader = new ProtoReader(block);
        var links = new List<PbLink>();
        ReadOnlyMemory<byte>? data = null;
        var linksEnded = false;
        while (!reader.IsAtEnd)
        {
            switch (reader.ReadTag())
            {
                case (DataField, ProtoReader.BytesType) when data is null:
                    data = reader.ReadBytes();
                    linksEnded = links.Count > 0;
                    break;
                case (LinksField, ProtoReader.BytesType) when !linksEnded:
                    links.Add(PbLink.Parse(reader.ReadBytes()));
                    break;
                case var (field, wireType):
                    throw new FormatException($"Field {field} of wire type {wireType} is unknown, doubled or out of order.");
            }
        }

        return new(links, data);
    }

    /// <summary>The order of a directory: by the bytes of the names, which is not the order of their UTF-16 texts.</summary>
    internal static int CompareNames(PbLink left, PbLink right) => left.NameUtf8.Span.SequenceCompareTo(right.NameUtf8.Span);
}
