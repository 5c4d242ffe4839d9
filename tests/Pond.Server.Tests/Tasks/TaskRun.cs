using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Tests.Tasks;

/// <summary>The test task as a real child process, with a folder of its own and all its lines at hand.</summary>
internal sealed class TaskRun : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-test-");
    private readonly ConcurrentQueue<TaskOutput> _lines = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);

    private TaskRun(FakeTaskServices services) => Services = services;

    /// <summary>The test task.</summary>
    public static string Bundle { get; } = BundleOf("Pond.TestTask");

    public TaskProcess Process { get; private set; } = null!;

    public FakeTaskServices Services { get; }

    public string Folder => Path.Combine(_root.FullName, "task");

    public string Root => _root.FullName;

    /// <summary>The lines that have arrived; all of them only when the process has ended.</summary>
    public IReadOnlyCollection<string> Lines => [.. _lines.Select(line => line.Text)];

    public IReadOnlyCollection<TaskOutput> Outputs => [.. _lines];

    /// <summary>The output of a project, built in the same configuration as these tests.</summary>
    public static string BundleOf(string project) => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));

    public static async Task<TaskRun> StartAsync(
        string? behaviour = null, TaskSandbox? sandbox = null, TimeSpan? gracePeriod = null, string? bundle = null, FakeTaskServices? services = null,
        Func<string, string, string>? fillIn = null, TaskLimits? limits = null, BoxInternet? internet = null,
        Action? onFolderFull = null, params (string Name, string Value)[] variables)
    {
        var run = new TaskRun(services ?? new FakeTaskServices());
        if (behaviour is not null)
        {
            variables = [.. variables, ("BEHAVIOUR", behaviour)];
        }

        try
        {
            run.Process = await TaskProcess.StartAsync(
                new()
                {
                    Bundle = bundle ?? Bundle,
                    Folder = run.Folder,
                    Services = run.Services,
                    MapContent = routes => routes.MapGet("/ipfs/{**path}", run.GetContent),
                    Sandbox = sandbox,
                    Limits = limits ?? new(),
                    Internet = internet,
                    OnFolderFull = onFolderFull ?? (() => { }),
                    TimeProvider = TimeProvider.System,
                    OnOutput = run.OnOutput,
                    Variables = variables.ToImmutableDictionary(
                        variable => variable.Name, variable => fillIn?.Invoke(run.Folder, variable.Value) ?? variable.Value, StringComparer.Ordinal),
                    GracePeriod = gracePeriod ?? TimeSpan.FromSeconds(30),
                    LetGoPeriod = gracePeriod ?? TimeSpan.FromSeconds(30),
                },
                default);
        }
        catch
        {
            run._root.Delete(recursive: true);
            throw;
        }

        return run;
    }

    public Task<PhaseOutcome> CallAsync(TaskPhase phase, ulong round, CancellationToken cancellationToken = default) =>
        Process.CallAsync(phase, new Round(round), isPreviousRoundFailed: false, cancellationToken);

    /// <summary>Completes when the task has written that line.</summary>
    public Task LineAsync(string text)
    {
        var awaited = _awaited.GetOrAdd(text, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_lines.Any(line => line.Text == text))
        {
            awaited.TrySetResult();
        }

        return awaited.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _root.Delete(recursive: true);
    }

    /// <summary>What is stored. All else can't be had, but what "proven" should hold is proven not to be there.</summary>
    private IResult GetContent(string path, HttpContext context)
    {
        if (Services.Content.TryGetValue(path, out var bytes))
        {
            return Results.Bytes(bytes, enableRangeProcessing: true);
        }

        if (path.StartsWith("proven/", StringComparison.Ordinal))
        {
            context.Response.Headers[TaskChannel.ErrorCodeHeader] = TaskChannel.PathNotFound;
        }

        return Results.NotFound();
    }

    private void OnOutput(TaskOutput output)
    {
        _lines.Enqueue(output);
        if (_awaited.TryGetValue(output.Text, out var awaited))
        {
            awaited.TrySetResult();
        }
    }
}
