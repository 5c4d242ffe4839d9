using System.Text.Json;
using Pond.Primitives;

namespace DocumentIndex;

/// <summary>What the deployer decided: three members of the task's <c>metadata.json</c>, beside those for people.</summary>
/// <param name="Corpus">The CID of a directory with <c>corpus.json</c>, the plan, and <c>files/</c>, the documents as they are.</param>
/// <param name="Dealt">Among which rounds the shards are dealt.</param>
public sealed record IndexSettings(string Corpus, DealtRounds Dealt)
{
    /// <summary>The name of the metadata's file in its directory.</summary>
    public const string FileName = "metadata.json";

    /// <summary>The member with <see cref="Corpus"/>.</summary>
    public const string CorpusMember = "corpus";

    /// <summary>The member with the first of the <see cref="Dealt"/> rounds.</summary>
    public const string FirstRoundMember = "firstRound";

    /// <summary>The member that says how many <see cref="Dealt"/> rounds there are.</summary>
    public const string RoundsMember = "rounds";

    /// <summary>The path of the plan.</summary>
    public string PlanPath => $"{Corpus}/corpus.json";

    /// <summary>The path of a file of the corpus.</summary>
    public string PathOf(CorpusFile file) => $"{Corpus}/files/{file.Path}";

    /// <summary>Reads the three members; all others are somebody else's.</summary>
    /// <exception cref="PondException"><c>metadata-invalid</c>: the message says what is missing.</exception>
    public static IndexSettings Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var corpus = document.RootElement.GetProperty(CorpusMember).GetString();
            var firstRound = document.RootElement.GetProperty(FirstRoundMember).GetUInt64();
            var rounds = document.RootElement.GetProperty(RoundsMember).GetInt32();
            return corpus is not null && rounds >= 1
                ? new(corpus, new DealtRounds(new Round(firstRound), rounds))
                : throw Invalid($"'{CorpusMember}' must be a CID, and '{RoundsMember}' at least 1");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Invalid($"it needs the members '{CorpusMember}', a CID, and '{FirstRoundMember}' and '{RoundsMember}', numbers ({exception.Message})", exception);
        }
    }

    private static PondException Invalid(string fault, Exception? cause = null) => new(
        "metadata-invalid", $"The task's metadata can't be used: {fault}.", "Deploy the task again with complete metadata.", innerException: cause);
}
