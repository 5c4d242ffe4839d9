namespace Pond.Server.Content;

/// <summary>Bounds of a content store.</summary>
public sealed record ContentStoreOptions
{
    /// <summary>Bounds of the blocks, among them how many bytes there are in all.</summary>
    public DiskBlockStoreOptions Blocks { get; init; } = new();

    /// <summary>How many bytes one owner keeps and adds, by its name.</summary>
    public IReadOnlyDictionary<string, long> MaxBytesByOwner { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>How many bytes each owner has whom <see cref="MaxBytesByOwner"/> does not name; null for no limit. The operator has none.</summary>
    public long? MaxBytesOfOthers { get; init; }
}
