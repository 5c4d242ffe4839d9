using System.Collections.Immutable;
using System.Text;
using Pond.Primitives;

namespace Pond.Templates;

/// <summary>The templates of tasks: lists them, and makes a task of one.</summary>
public static class TaskTemplates
{
    /// <summary>What stands in a template for the task's name, in texts and the names of files.</summary>
    private const string NameToken = "Pond-Task1";

    /// <summary>What stands for it in code, as namespace and as the beginning of names.</summary>
    private const string IdentifierToken = "Pond_Task1";

    private const string SdkToken = "@PondSdk@";
    private const int MaxNameLength = 24;

    /// <summary>Words that would hide what every program uses.</summary>
    private static readonly string[] TakenIdentifiers = ["Task", "Pond", "System", "Microsoft", "Xunit", "Program"];

    /// <summary>All templates, those in C# first.</summary>
    public static ImmutableArray<TaskTemplate> All { get; } =
    [
        new("basic", TaskLanguage.CSharp, "computes something that every auditor can compute anew"),
        new("scraper", TaskLanguage.CSharp, "reads a web page each round; a quorum decides what it said"),
        new("chain-index", TaskLanguage.CSharp, "indexes the ledger's blocks; auditors recompute a sample of them"),
        new("web-host", TaskLanguage.CSharp, "hosts a web site; auditors ask for pages, with slot stamps"),
        new("key-value", TaskLanguage.CSharp, "a database that its nodes replicate to each other"),
        new("rest", TaskLanguage.CSharp, "serves what is on the ledger by REST, from a cache"),
        new("basic", TaskLanguage.JavaScript, "a Koii task as it is: one main.js that any Koii node runs too"),
    ];

    /// <summary>Where the SDK's assemblies lie beside the program that runs: what <see cref="Instantiate"/> has a task refer to.</summary>
    public static string SdkFolder => Path.Combine(AppContext.BaseDirectory, "sdk");

    /// <summary>The template of that name.</summary>
    /// <exception cref="PondException"><c>template-unknown</c>.</exception>
    public static TaskTemplate Find(string name, TaskLanguage language) =>
        All.FirstOrDefault(template => template.Name == name && template.Language == language)
        ?? throw new PondException(
            "template-unknown",
            $"There is no template '{name}' in {(language is TaskLanguage.CSharp ? "C#" : "JavaScript")}.",
            $"Choose one of: {string.Join(", ", All.Where(template => template.Language == language).Select(template => template.Name))}.");

    /// <summary>Makes a task of a template.</summary>
    /// <param name="template">One of <see cref="All"/>.</param>
    /// <param name="name">The task's name: 1 to 24 letters, digits, dots, hyphens and underscores, beginning with a letter.</param>
    /// <param name="folder">Where to; made if it is missing, and else empty.</param>
    /// <param name="sdkFolder">Where <c>Pond.Sdk.dll</c> lies; as a rule <see cref="SdkFolder"/>.</param>
    /// <returns>The files that were made, relative to the folder, in ordinal order.</returns>
    /// <exception cref="PondException"><c>name-invalid</c>, <c>folder-not-empty</c>, <c>sdk-missing</c>, or the disk failed.</exception>
    public static ImmutableArray<string> Instantiate(TaskTemplate template, string name, string folder, string sdkFolder)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var identifier = IdentifierOf(name);
        folder = Path.GetFullPath(folder);
        if (template.Language is TaskLanguage.CSharp && !File.Exists(Path.Combine(sdkFolder, "Pond.Sdk.dll")))
        {
            throw new PondException(
                "sdk-missing", $"There is no Pond.Sdk.dll in {Path.GetFullPath(sdkFolder)}.", "Build Pond, and use the command line that comes of it.");
        }

        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new PondException("folder-not-empty", $"{folder} is there already.", "Choose another name, or another folder.");
        }

        try
        {
            return Write(template, name, identifier, folder, Path.GetFullPath(sdkFolder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "disk-failed", $"The task can't be written to {folder}: {exception.Message}", "Choose a folder that you may write to.", innerException: exception);
        }
    }

    private static ImmutableArray<string> Write(TaskTemplate template, string name, string identifier, string folder, string sdkFolder)
    {
        var assembly = typeof(TaskTemplates).Assembly;
        var language = template.Language is TaskLanguage.CSharp ? "csharp" : "javascript";
        var written = new SortedSet<string>(StringComparer.Ordinal);
        // What all have in common first: a template may have a file of its own in its place.
        foreach (var source in (string[])[$"templates/{language}/shared/", $"templates/{language}/{template.Name}/"])
        {
            foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith(source, StringComparison.Ordinal)))
            {
                var relative = Fill(resource[source.Length..]);
                var path = Path.Combine(folder, relative);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                File.WriteAllText(path, Fill(reader.ReadToEnd()));
                written.Add(relative);
            }
        }

        return [.. written];

        string Fill(string text) => text
            .Replace(NameToken, name, StringComparison.Ordinal)
            .Replace(IdentifierToken, identifier, StringComparison.Ordinal)
            .Replace(SdkToken, sdkFolder, StringComparison.Ordinal);
    }

    /// <summary>The name as a namespace, without a <c>Task</c> at its end: the class has that.</summary>
    private static string IdentifierOf(string name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxNameLength || !char.IsAsciiLetter(name[0])
            || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') || name[^1] is '.')
        {
            throw new PondException(
                "name-invalid",
                $"'{name}' is no name for a task.",
                $"A name has 1 to {MaxNameLength} letters, digits, dots, hyphens and underscores, and begins with a letter.");
        }

        var words = string.Concat(name.Split('.', '-', '_').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var stem = words.Length > 4 && words.EndsWith("Task", StringComparison.Ordinal) ? words[..^4] : words;
        return TakenIdentifiers.Contains(stem, StringComparer.Ordinal) ? "My" + stem : stem;
    }
}
