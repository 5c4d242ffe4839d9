using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using Pond.Contracts.Json;

namespace Pond.Sdk.Testing;

/// <summary>Bundles any task that a test knows as a type: its assembly with all that it refers to, and this library as the program that runs it.</summary>
/// <remarks>So a task of a test assembly, a cheater for example, is deployed and run as one that was published.</remarks>
internal static class TaskBundle
{
    private const string TypeFile = "task-type.json";

    // No files of tests and debuggers: a program looks for a configuration of its own name alone.
    private const string RuntimeConfig =
        """
        {
          "runtimeOptions": {
            "tfm": "net10.0",
            "frameworks": [
              { "name": "Microsoft.NETCore.App", "version": "10.0.0" },
              { "name": "Microsoft.AspNetCore.App", "version": "10.0.0" }
            ],
            "configProperties": { "System.Globalization.Invariant": true }
          }
        }
        """;

    private static readonly string Program = typeof(TaskBundle).Assembly.GetName().Name!;

    /// <summary>Fills a folder with the bundle of a task.</summary>
    internal static void Write(Type task, string folder)
    {
        var source = Path.GetDirectoryName(task.Assembly.Location)!;
        Directory.CreateDirectory(folder);
        foreach (var name in ClosureOf(source, [task.Assembly.GetName().Name!, Program]))
        {
            File.Copy(Path.Combine(source, name + ".dll"), Path.Combine(folder, name + ".dll"));
        }

        File.WriteAllText(Path.Combine(folder, Program + ".runtimeconfig.json"), RuntimeConfig);
        File.WriteAllBytes(
            Path.Combine(folder, TypeFile),
            JsonSerializer.SerializeToUtf8Bytes(new TaskType(task.Assembly.GetName().Name!, task.FullName!), PondJson.Options));
    }

    /// <summary>Runs the task of the bundle in whose folder this program lies.</summary>
    internal static async Task<int> RunAsync(string folder, string[] args)
    {
        var named = JsonSerializer.Deserialize<TaskType>(await File.ReadAllBytesAsync(Path.Combine(folder, TypeFile)), PondJson.Options)!;
        var type = Assembly.Load(named.Assembly).GetType(named.Name, throwOnError: true)!;
        var run = typeof(PondTaskHost).GetMethod(nameof(PondTaskHost.RunAsync), [typeof(string[])])!.MakeGenericMethod(type);
        return await (Task<int>)run.Invoke(null, [args])!;
    }

    /// <summary>The assemblies with all that they refer to, as far as it lies in the folder: what does not is the framework's.</summary>
    private static SortedSet<string> ClosureOf(string folder, IEnumerable<string> roots)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(roots);
        while (open.TryPop(out var name))
        {
            var path = Path.Combine(folder, name + ".dll");
            if (!File.Exists(path) || !found.Add(name))
            {
                continue;
            }

            using var stream = File.OpenRead(path);
            using var image = new PEReader(stream);
            var metadata = image.GetMetadataReader();
            foreach (var reference in metadata.AssemblyReferences)
            {
                open.Push(metadata.GetString(metadata.GetAssemblyReference(reference).Name));
            }
        }

        return found;
    }

    private sealed record TaskType(string Assembly, string Name);
}
