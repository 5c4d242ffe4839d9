using System.Text.Json;
using DocumentIndex.Cheater;
using Pond.Sdk.Testing;
using Pond.Simulation;

namespace DocumentIndex.Tests;

public sealed class SimulatedNetworkTests : IDisposable
{
    private const int Rounds = 3;

    private readonly TestCorpus _corpus = TestCorpus.OfMembers(200);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pond-index-");

    [Fact]
    public void Honest_indexers_are_paid_and_whoever_lies_about_a_twentieth_of_its_documents_is_not()
    {
        var simulation = TaskNetwork.Simulate<DocumentIndexTask>(
            o => Describe(o).Nodes(7).Rounds(Rounds).Plus<CheatingDocumentIndexTask>(2).Seed(3));

        simulation.AssertHolds();
        Assert.NotEqual(0, simulation.Lies);
        Assert.Equal(0, simulation.LiesAccepted);
        Assert.True(simulation.Rounds.Sum(round => round.Groups["honest"].Accepted) >= 5, simulation.ToString());
    }

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Delete(recursive: true);
    }

    private SimulationOptions Describe(SimulationOptions options) => options.Metadata(add =>
    {
        var corpus = _folder.CreateSubdirectory("corpus");
        File.WriteAllBytes(Path.Combine(corpus.FullName, "corpus.json"), _corpus.Plan.ToJson());
        var files = Path.Combine(corpus.FullName, "files");
        foreach (var file in Directory.EnumerateFiles(_corpus.Folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(files, Path.GetRelativePath(_corpus.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        var metadata = _folder.CreateSubdirectory("metadata").FullName;
        File.WriteAllText(
            Path.Combine(metadata, IndexSettings.FileName),
            JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [IndexSettings.CorpusMember] = add(corpus.FullName),
                [IndexSettings.FirstRoundMember] = 1,
                [IndexSettings.RoundsMember] = Rounds,
            }));
        return metadata;
    });
}
