using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pond.Architecture.Tests;

/// <summary>
/// A core decides and never waits, reads a clock, logs or touches a disk or socket: what is simulated is what runs.
/// </summary>
public sealed class PureCoreTests
{
    private static readonly string[] ForbiddenNamespaces =
        ["Microsoft.AspNetCore", "Microsoft.Extensions", "System.Net", "System.Diagnostics.Process", "System.IO.Pipes"];

    private static readonly string[] ForbiddenTypes =
    [
        "System.IO.File", "System.IO.Directory", "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.IO.FileStream",
        "System.IO.StreamReader", "System.IO.StreamWriter", "System.Threading.Tasks.Task", "System.Threading.Thread",
        "System.Threading.Timer", "System.Threading.PeriodicTimer", "System.Threading.Lock", "System.Threading.Monitor",
        "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Random", "System.Console", "System.Environment",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    public static TheoryData<string> Cores => ["Pond.Primitives", "Pond.Ledger", "Pond.Store", "Pond.Node"];

    [Theory]
    [MemberData(nameof(Cores))]
    public void A_core_uses_nothing_of_the_outside_world(string core)
    {
        var used = TypesUsedBy(Path.Combine(AppContext.BaseDirectory, core + ".dll"));

        Assert.NotEmpty(used);
        Assert.DoesNotContain(used, type =>
            ForbiddenTypes.Contains(type, StringComparer.Ordinal)
            || Array.Exists(ForbiddenNamespaces, space => type.StartsWith(space + ".", StringComparison.Ordinal)));
    }

    private static List<string> TypesUsedBy(string assembly)
    {
        using var stream = File.OpenRead(assembly);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences
                .Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }
}
