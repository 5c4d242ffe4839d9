using Pond.Server.Tasks.JavaScript;
using Pond.Server.Tasks.Namespace;

namespace Pond.Server.Tasks;

/// <summary>What differs between the kinds of bundles: how one is started, and what stands at its door.</summary>
internal abstract class TaskProgram
{
    /// <summary>What the program runs on.</summary>
    internal abstract BundleKind Kind { get; }

    /// <summary>The full path of what runs the bundle.</summary>
    /// <exception cref="Primitives.PondException"><c>dotnet-missing</c>, <c>nodejs-missing</c>.</exception>
    internal abstract string Executable { get; }

    /// <summary>The program of a bundle.</summary>
    /// <exception cref="Primitives.PondException"><c>bundle-invalid</c>, <c>nodejs-missing</c>, <c>nodejs-too-old</c>.</exception>
    internal static async Task<TaskProgram> FindAsync(TaskProcessOptions options, CancellationToken cancellationToken) =>
        BundleProgram.KindOf(options.Bundle) is BundleKind.JavaScript
            ? new JavaScriptProgram(options, await NodeJs.FindAsync(options.NodeJs, options.TimeProvider, cancellationToken))
            : new DotnetProgram(options);

    /// <summary>Opens the door; when this returns, the task's calls are answered.</summary>
    /// <param name="channel">A folder that only this process and the task see.</param>
    /// <param name="secret">What each call must carry.</param>
    /// <param name="events">What the task tells of itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal abstract Task<TaskEndpoint> OpenAsync(string channel, string secret, TaskEvents events, CancellationToken cancellationToken);

    /// <summary>The arguments that follow <see cref="Executable"/>; called once, after the door is open.</summary>
    internal abstract IEnumerable<string> Arguments(TaskPlaces places, string secret);

    /// <summary>Adds what this kind of program needs to an environment that has the task's variables and PATH.</summary>
    internal abstract void SetEnvironment(IDictionary<string, string?> environment, TaskPlaces places, string secret);
}

/// <summary>The three folders of a task, as the task sees them.</summary>
/// <param name="Bundle">Its program.</param>
/// <param name="Folder">Its own.</param>
/// <param name="Channel">The door's.</param>
internal readonly record struct TaskPlaces(string Bundle, string Folder, string Channel);

/// <summary>What a task tells of itself by namespace calls.</summary>
/// <param name="Ready">It is set up.</param>
/// <param name="PhaseCompleted">A phase has ended, with its error if there was one.</param>
/// <param name="Notice">It has something to say to the operator.</param>
internal sealed record TaskEvents(Action Ready, Action<long, string?> PhaseCompleted, Action<TaskOutput> Notice);
