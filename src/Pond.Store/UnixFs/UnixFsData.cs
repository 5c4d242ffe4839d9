using System.Buffers.Binary;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>The message that a dag-pb node of UnixFS carries in its data.</summary>
public sealed record UnixFsData
{
    /// <summary>The code of the only hash by which directories are sharded: MurmurHash3-x64-64.</summary>
    public const ulong Murmur3 = 0x22;

    private const uint DefaultFileMode = 0x1A4; // 0o644
    private const uint DefaultDirectoryMode = 0x1ED; // 0o755
    private const uint ModeMask = 0xFFF;
    private const uint MaxNanoseconds = 999_999_999;

    /// <summary>What it is.</summary>
    public required UnixFsType Type { get; init; }

    /// <summary>Content of a file, target of a link, bit field of a shard; null if absent.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>The size of the file's content; null if absent.</summary>
    public ulong? FileSize { get; init; }

    /// <summary>The sizes of the content below each link of a file.</summary>
    public IReadOnlyList<ulong> BlockSizes { get; init; } = [];

    /// <summary>The hash function of a shard; null if absent.</summary>
    public ulong? HashType { get; init; }

    /// <summary>How many buckets each shard has; null if absent.</summary>
    public ulong? Fanout { get; init; }

    /// <summary>Mode and time.</summary>
    public UnixFsMetadata Metadata { get; init; } = UnixFsMetadata.None;

    /// <summary>The bytes of the message, its fields in ascending order. A mode that is the default of its type is left out.</summary>
    public byte[] Encode()
    {
        var mode = Metadata.Mode == (Type == UnixFsType.File ? DefaultFileMode : DefaultDirectoryMode) ? null : Metadata.Mode;
        var timeSize = Metadata.ModifiedSeconds is { } modified
            ? ProtoWriter.SizeOfNumber(unchecked((ulong)modified)) + (Metadata.ModifiedNanoseconds > 0 ? 1 + sizeof(uint) : 0)
            : 0;
        var size = ProtoWriter.SizeOfNumber((ulong)Type)
            + (Data is { } data ? ProtoWriter.SizeOfBytes(data.Length) : 0)
            + SizeOf(FileSize)
            + BlockSizes.Sum(blockSize => ProtoWriter.SizeOfNumber(blockSize))
            + SizeOf(HashType)
            + SizeOf(Fanout)
            + SizeOf(mode)
            + (timeSize > 0 ? ProtoWriter.SizeOfBytes(timeSize) : 0);

        var bytes = new byte[size];
        var writer = new ProtoWriter(bytes);
        writer.WriteNumber(1, (ulong)Type);
        if (Data is { } written)
        {
            writer.WriteBytes(2, written.Span);
        }

        WriteOptional(ref writer, 3, FileSize);
        foreach (var blockSize in BlockSizes)
        {
            writer.WriteNumber(4, blockSize);
        }

        WriteOptional(ref writer, 5, HashType);
        WriteOptional(ref writer, 6, Fanout);
        WriteOptional(ref writer, 7, mode);
        if (Metadata.ModifiedSeconds is { } seconds)
        {
            writer.WriteBytesHeader(8, timeSize);
            writer.WriteNumber(1, unchecked((ulong)seconds));
            if (Metadata.ModifiedNanoseconds > 0)
            {
                writer.WriteFixed32(2, Metadata.ModifiedNanoseconds);
            }
        }

        return bytes;
    }

    /// <summary>Reads a message. Fields that are not known are passed over, as protocol buffers have it.</summary>
    /// <exception cref="FormatException">The bytes are cut off, a field has the wrong type, or the type is missing or unknown.</exception>
    public static UnixFsData Parse(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtoReader(bytes);
        UnixFsType? type = null;
        ReadOnlyMemory<byte>? data = null;
        ulong? fileSize = null;
        ulong? hashType = null;
        ulong? fanout = null;
        var blockSizes = new List<ulong>();
        var metadata = UnixFsMetadata.None;
        while (!reader.IsAtEnd)
        {
            switch (reader.ReadTag())
            {
                case (1, ProtoReader.VarintType):
                    type = (UnixFsType)Math.Min(reader.ReadVarint(), int.MaxValue);
                    break;
                case (2, ProtoReader.BytesType):
                    data = reader.ReadBytes();
                    break;
                case (3, ProtoReader.VarintType):
                    fileSize = reader.ReadVarint();
                    break;
                case (4, ProtoReader.VarintType):
                    blockSizes.Add(reader.ReadVarint());
                    break;
                case (4, ProtoReader.BytesType):
                    for (var packed = new ProtoReader(reader.ReadBytes()); !packed.IsAtEnd;)
                    {
                        blockSizes.Add(packed.ReadVarint());
                    }

                    break;
                case (5, ProtoReader.VarintType):
                    hashType = reader.ReadVarint();
                    break;
                case (6, ProtoReader.VarintType):
                    fanout = reader.ReadVarint();
                    break;
                case (7, ProtoReader.VarintType):
                    metadata = metadata with { Mode = (uint)reader.ReadVarint() & ModeMask };
                    break;
                case (8, ProtoReader.BytesType):
                    metadata = ParseTime(reader.ReadBytes(), metadata);
                    break;
                case var (field, wireType) when field > 8:
                    reader.Skip(wireType);
                    break;
                case var (field, wireType):
                    throw new FormatException($"Field {field} of a UnixFS message has wire type {wireType}.");
            }
        }

        return type is { } known && Enum.IsDefined(known)
            ? new()
            {
                Type = known,
                Data = data,
                FileSize = fileSize,
                BlockSizes = blockSizes,
                HashType = hashType,
                Fanout = fanout,
                Metadata = metadata,
            }
            : throw new FormatException($"UnixFS has no type {type?.ToString() ?? "at all here"}.");
    }

    private static UnixFsMetadata ParseTime(ReadOnlyMemory<byte> bytes, UnixFsMetadata metadata)
    {
        var reader = new ProtoReader(bytes);
        long? seconds = null;
        uint? nanoseconds = null;
        while (!reader.IsAtEnd)
        {
            switch (reader.ReadTag())
            {
                case (1, ProtoReader.VarintType):
                    seconds = unchecked((long)reader.ReadVarint());
                    break;
                case (2, ProtoReader.Fixed32Type):
                    nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(reader.ReadFixed(sizeof(uint)).Span);
                    break;
                case var (field, wireType):
                    throw new FormatException($"Field {field} of a time has wire type {wireType}.");
            }
        }

        return seconds is not null && nanoseconds is null or (> 0 and <= MaxNanoseconds)
            ? metadata with { ModifiedSeconds = seconds, ModifiedNanoseconds = nanoseconds ?? 0 }
            : throw new FormatException("A time has no seconds, or nanoseconds that are not in 1 to 999,999,999.");
    }

    private static int SizeOf(ulong? value) => value is { } number ? ProtoWriter.SizeOfNumber(number) : 0;

    private static void WriteOptional(ref ProtoWriter writer, int field, ulong? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(field, number);
        }
    }
}
