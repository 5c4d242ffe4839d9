using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pond.Server.Deployment;

/// <summary>A task's <c>metadata.json</c>, as Koii's tools write and read it.</summary>
internal static class TaskMetadata
{
    internal const string FileName = "metadata.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>When metadata was written.</summary>
    internal static DateTimeOffset CreatedAtOf(string metadata)
    {
        using var document = JsonDocument.Parse(metadata);
        return DateTimeOffset.FromUnixTimeMilliseconds(document.RootElement.GetProperty("createdAt").GetInt64());
    }

    internal static string Write(TaskConfig config, DateTimeOffset createdAt) => JsonSerializer.Serialize(
        new
        {
            config.Author,
            config.Description,
            config.RepositoryUrl,
            CreatedAt = createdAt.ToUnixTimeMilliseconds(),
            config.ImageUrl,
            config.InfoUrl,
            config.KoiiOceanUrl,
            RequirementsTags = config.Requirements,
            config.Tags,
            config.Environment,
            config.MigrationDescription,
        },
        Options);
}
