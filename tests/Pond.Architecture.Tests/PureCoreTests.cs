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
        "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Random", "System.Console",
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
            || type.StartsWith("System.Environment.", StringComparison.Ordinal)
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
            .. EnvironmentMembersUsedBy(metadata),
        ];
    }

    // The compiler asks for the thread's number in every iterator; everything else of System.Environment is the outside world.
    private static IEnumerable<string> EnvironmentMembersUsedBy(MetadataReader metadata) =>
        from handle in metadata.MemberReferences
        let member = metadata.GetMemberReference(handle)
        where member.Parent.Kind is HandleKind.TypeReference
        let type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent)
        where metadata.StringComparer.Equals(type.Namespace, "System") && metadata.StringComparer.Equals(type.Name, "Environment")
        let name = metadata.GetString(member.Name)
        where name is not "get_CurrentManagedThreadId"
        select $"System.Environment.{name}";
}
