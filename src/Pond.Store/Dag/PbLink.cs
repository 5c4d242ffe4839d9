using System.Text;

namespace Pond.Store.Dag;

/// <summary>A named link of a dag-pb node.</summary>
/// <param name="Cid">Where it leads.</param>
/// <param name="NameUtf8">Its name as it lies in the block; empty in the chunks of a file. Not always valid UTF-8.</param>
/// <param name="Tsize">The size of everything below, repeated blocks counted each time. A hint by the author, never to be believed.</param>
public readonly record struct PbLink(Cid Cid, ReadOnlyMemory<byte> NameUtf8, ulong Tsize)
{
    /// <summary>Makes a link from a text.</summary>
    public PbLink(Cid cid, string name, ulong tsize)
        : this(cid, Encoding.UTF8.GetBytes(name), tsize)
    {
    }

    /// <summary>The name as text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Name => Encoding.UTF8.GetString(NameUtf8.Span);

    /// <summary>The size of this link in an encoded node, tag and length included.</summary>
    internal int EncodedSize => ProtoWriter.SizeOfBytes(BodySize);

    private int BodySize =>
        ProtoWriter.SizeOfBytes(Cid.SizeBytes) + ProtoWriter.SizeOfBytes(NameUtf8.Length) + ProtoWriter.SizeOfNumber(Tsize);

    internal void Write(ref ProtoWriter writer)
    {
        // Name and Tsize are written even where empty: every other writer does, and the bytes are what the CID is made of.
        writer.WriteBytesHeader(PbNode.LinksField, BodySize);
        writer.WriteCid(1, Cid);
        writer.WriteBytes(2, NameUtf8.Span);
        writer.WriteNumber(3, Tsize);
    }

    /// <summary>Reads a link strictly.</summary>
    /// <exception cref="FormatException">The fields are not Hash, Name, Tsize in this order, or Hash is no CID.</exception>
    internal static PbLink Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        Cid cid = default;
        ReadOnlyMemory<byte> name = default;
        var tsize = 0UL;
        var last = 0UL;
        while (!reader.IsAtEnd)
        {
            var (field, wireType) = reader.ReadTag();
            if (field <= last)
            {
                throw new FormatException($"Field {field} of a link comes after field {last}.");
            }

            last = field;
            switch (field, wireType)
            {
                case (1, ProtoReader.BytesType):
                    if (!Cid.TryReadExactly(reader.ReadBytes().Span, out cid))
                    {
                        throw new FormatException("The Hash of a link is no CID.");
                    }

                    break;
                case (2, ProtoReader.BytesType):
                    name = reader.ReadBytes();
                    break;
                case (3, ProtoReader.VarintType):
                    tsize = reader.ReadVarint();
                    break;
                default:
                    throw new FormatException($"A link has no field {field} of wire type {wireType}.");
            }
        }

        return cid.IsDefault ? throw new FormatException("A link has no Hash.") : new(cid, name, tsize);
    }
}
