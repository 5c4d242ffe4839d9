using System.Text.Json;
using Pond.Primitives;

namespace Pond.Server.Tasks;

/// <summary>Finds what to start in a bundle's folder.</summary>
public static class BundleProgram
{
    /// <summary>The file that makes a bundle a JavaScript one.</summary>
    public const string JavaScriptEntry = "main.js";

    private const string RuntimeConfig = ".runtimeconfig.json";

    /// <summary>What a bundle runs on: Node.js if it has a <c>main.js</c> and no .NET program, else .NET.</summary>
    public static BundleKind KindOf(string bundle) =>
        File.Exists(Path.Combine(bundle, JavaScriptEntry)) && !Directory.EnumerateFiles(bundle, "*" + RuntimeConfig).Any()
            ? BundleKind.JavaScript
            : BundleKind.Dotnet;

    /// <summary>The file name of the entry assembly: the one with a <c>.runtimeconfig.json</c> that no other one refers to.</summary>
    /// <remarks>A program that references another program, as a variant of it does, has both in its output folder.</remarks>
    /// <exception cref="PondException"><c>bundle-invalid</c>: there is none, or several, or its assembly is missing.</exception>
    public static string FindEntry(string bundle)
    {
        if (!Directory.Exists(bundle))
        {
            throw Invalid($"The bundle's folder '{bundle}' does not exist.");
        }

        string[] programs =
        [
            .. Directory.EnumerateFiles(bundle, "*" + RuntimeConfig)
                .Select(path => Path.GetFileName(path)[..^RuntimeConfig.Length])
                .Order(StringComparer.Ordinal),
        ];
        var referenced = programs.SelectMany(program => ReferencesOf(bundle, program)).ToHashSet(StringComparer.Ordinal);
        string[] entries = [.. programs.Where(program => !referenced.Contains(program))];
        return entries switch
        {
            [] => throw Invalid($"The bundle '{bundle}' has no *{RuntimeConfig}, so it is no .NET program."),
            [var entry] when File.Exists(Path.Combine(bundle, entry + ".dll")) => entry + ".dll",
            [var entry] => throw Invalid($"The bundle '{bundle}' has {entry}{RuntimeConfig} but no {entry}.dll."),
            _ => throw Invalid($"The bundle '{bundle}' holds several programs: {string.Join(", ", entries)}."),
        };
    }

    private static IEnumerable<string> ReferencesOf(string bundle, string program)
    {
        var path = Path.Combine(bundle, program + ".deps.json");
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            // "libraries" names each assembly as "Name/1.0.0", the program itself among them.
            return
            [
                .. document.RootElement.GetProperty("libraries").EnumerateObject()
                    .Select(library => library.Name.Split('/')[0])
                    .Where(name => name != program),
            ];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Invalid($"'{path}' is not what a .NET build writes: {exception.Message}", exception);
        }
    }

    private static PondException Invalid(string message, Exception? cause = null) => new(
        "bundle-invalid",
        message,
        "Publish the task with 'dotnet publish' and bundle exactly that output folder.",
        innerException: cause);
}
