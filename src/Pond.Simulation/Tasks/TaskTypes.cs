using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Pond.Primitives;
using Pond.Sdk;

namespace Pond.Simulation.Tasks;

/// <summary>The tasks of a built program: the one that it runs, and others that may play against it.</summary>
public sealed class TaskTypes
{
    private TaskTypes(string assembly, Type task, ImmutableSortedDictionary<string, Type> others) => (Assembly, Task, Others) = (assembly, task, others);

    /// <summary>The path of the assembly with the task.</summary>
    public string Assembly { get; }

    /// <summary>The task.</summary>
    public Type Task { get; }

    /// <summary>All other tasks that can be made, by their names: a cheating one, for example.</summary>
    public ImmutableSortedDictionary<string, Type> Others { get; }

    /// <summary>Loads a program's tasks. Its code shares this process, and the SDK that it was built with must be this one.</summary>
    /// <param name="program">The folder of a built or published program, or the path of its assembly.</param>
    /// <param name="name">The task's name, where there are several; null for the one that no other is derived from.</param>
    /// <param name="further">Further assemblies with tasks, such as that of its tests.</param>
    /// <exception cref="PondException"><c>program-missing</c>, <c>task-type-missing</c> or <c>task-type-ambiguous</c>.</exception>
    public static TaskTypes Load(string program, string? name, IReadOnlyCollection<string> further)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(further);
        var main = FindAssembly(Path.GetFullPath(program));
        var context = new ProgramContext([.. further.Prepend(main).Select(path => Path.GetDirectoryName(Path.GetFullPath(path))!)]);
        var types = new[] { main }.Concat(further.Select(path => Path.GetFullPath(path)))
            .SelectMany(path => TasksOf(context.LoadFromAssemblyPath(path)))
            .DistinctBy(type => type.FullName, StringComparer.Ordinal)
            .ToList();
        var task = Choose(types, name, main);
        return new(
            task.Assembly.Location,
            task,
            types.Where(type => type != task).DistinctBy(type => type.Name, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(type => type.Name, type => type, StringComparer.Ordinal));
    }

    private static string FindAssembly(string program)
    {
        if (File.Exists(program) && program.EndsWith(".dll", StringComparison.Ordinal))
        {
            return program;
        }

        string[] hosts = Directory.Exists(program) ? [.. Directory.EnumerateFiles(program, "*.runtimeconfig.json").Order(StringComparer.Ordinal)] : [];
        return hosts is [var host, ..] && host[..^".runtimeconfig.json".Length] + ".dll" is var assembly && File.Exists(assembly)
            ? assembly
            : throw new PondException("program-missing", $"There is no .NET program in {program}.", "Build the task first, or name its folder.");
    }

    private static IEnumerable<Type> TasksOf(Assembly assembly) =>
        assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(PondTask)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal);

    private static Type Choose(List<Type> types, string? name, string main)
    {
        var named = name is null
            ? types.Where(type => !types.Exists(other => other != type && type.IsAssignableTo(other))).ToList()
            : types.Where(type => string.Equals(type.Name, name, StringComparison.Ordinal) || string.Equals(type.FullName, name, StringComparison.Ordinal)).ToList();
        return named switch
        {
            [var one] => one,
            [] => throw new PondException(
                "task-type-missing",
                name is null ? $"{main} has no class that is a task." : $"There is no task {name} in {main}.",
                types.Count == 0 ? "A task is a public class that derives from PondTask." : $"There are: {string.Join(", ", types.Select(type => type.Name))}."),
            _ => throw new PondException(
                "task-type-ambiguous", $"{main} has several tasks: {string.Join(", ", named.Select(type => type.Name))}.", "Say which with --task."),
        };
    }

    /// <summary>Takes the SDK and the framework from this process, so that a task of the program is a task here, and the rest from its folder.</summary>
    private sealed class ProgramContext(ImmutableArray<string> folders) : AssemblyLoadContext("task")
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            try
            {
                return Default.LoadFromAssemblyName(assemblyName);
            }
            catch (FileNotFoundException)
            {
                return folders.Select(folder => Path.Combine(folder, assemblyName.Name + ".dll")).FirstOrDefault(File.Exists) is { } path
                    ? LoadFromAssemblyPath(path)
                    : null;
            }
        }
    }
}
