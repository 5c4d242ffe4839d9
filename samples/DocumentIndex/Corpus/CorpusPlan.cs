using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>What there is to index and how it is cut: the file <c>corpus.json</c> that a deployer publishes with the task.</summary>
/// <param name="Version">The version of this format, <see cref="CurrentVersion"/>.</param>
/// <param name="Files">In ordinal order of their paths.</param>
/// <param name="Shards">Together they are the documents of all files, in order; none overlaps another.</param>
public sealed record CorpusPlan(int Version, ImmutableArray<CorpusFile> Files, ImmutableArray<Shard> Shards)
{
    /// <summary>The version that this code writes and reads.</summary>
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter<DocumentFormat>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>How many documents all shards hold.</summary>
    [JsonIgnore]
    public int Documents => Shards.Sum(shard => shard.Documents);

    /// <summary>Reads a plan that may come from a stranger: every index, size and range in it is checked.</summary>
    /// <exception cref="PondException"><c>corpus-plan-invalid</c>: the message says where.</exception>
    public static CorpusPlan Parse(ReadOnlySpan<byte> json)
    {
        CorpusPlan? plan;
        try
        {
            plan = JsonSerializer.Deserialize<CorpusPlan>(json, Json);
        }
        catch (JsonException exception)
        {
            throw Invalid($"it is not the JSON of a plan ({exception.Message})", exception);
        }

        return CorpusPlanCheck.FirstFault(plan) is { } fault ? throw Invalid(fault) : plan!;
    }

    /// <summary>The plan as compact JSON; equal plans give equal bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>The file of that path, or null.</summary>
    public CorpusFile? FindFile(string path) => Files.FirstOrDefault(file => file.Path == path);

    private static PondException Invalid(string fault, Exception? cause = null) => new(
        "corpus-plan-invalid",
        $"The corpus plan can't be used: {fault}.",
        "Deploy the task again from the folder of documents, with this version of DocumentIndex.",
        innerException: cause);
}
