using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks.Namespace;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Tasks;

/// <summary>A task that runs as a child process of the node, whatever its program runs on. Thread-safe.</summary>
/// <remarks>
/// The process can't outlive the node: the end of its input asks it to exit, and the kernel ends it when the node dies.
/// It is not restarted; the node's round engine decides about that.
/// </remarks>
public sealed class TaskProcess : IAsyncDisposable
{
    /// <summary>More than the five phases of the three rounds that a task is ever busy with.</summary>
    private const int MaxPendingCalls = 64;

    private const int KeptErrorLines = 20;

    private readonly TaskProcessOptions _options;
    private readonly TaskProgram _program;
    private readonly DirectoryInfo _channel;
    private readonly TaskLog _log;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly SemaphoreSlim _input = new(1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<PhaseOutcome>> _calls = new();
    private readonly Queue<string> _lastErrors = new();
    private readonly Lock _outputLock = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopWatching = new();
    private Process _process = null!;
    private TaskEndpoint _endpoint = null!;
    private TaskBox? _box;
    private Task _watching = Task.CompletedTask;
    private string? _excess;
    private long _lastId;
    private bool _hasAnswered;
    private Task? _disposal;

    private TaskProcess(TaskProcessOptions options, TaskProgram program)
    {
        _options = options;
        _program = program;
        _channel = Directory.CreateTempSubdirectory("pond-task-");
        _log = new(options.Folder, options.MaxLogBytes, options.TimeProvider);
    }

    /// <summary>The number of the process that the node has started: the box, where there is one.</summary>
    public int Id { get; private set; }

    /// <summary>What its program runs on.</summary>
    public BundleKind Kind => _program.Kind;

    /// <summary>Completes when the task is set up. Fails with <c>task-start-failed</c> if its process ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when the process has ended, for whatever reason.</summary>
    public Task<TaskExit> Exited { get; private set; } = null!;

    /// <summary>Starts a bundle. Phases may be called at once; the task takes them when it is ready.</summary>
    /// <exception cref="PondException">
    /// <c>bundle-invalid</c>, <c>dotnet-missing</c>, <c>nodejs-missing</c>, <c>nodejs-too-old</c>, or <c>task-start-failed</c>.
    /// </exception>
    public static async Task<TaskProcess> StartAsync(TaskProcessOptions options, CancellationToken cancellationToken)
    {
        var program = await TaskProgram.FindAsync(options, cancellationToken);
        ClearStaging(options); // What a node left that was killed.
        Directory.CreateDirectory(options.Folder);
        var process = new TaskProcess(options, program);
        try
        {
            await process.StartAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has the task do a phase.</summary>
    /// <param name="phase">What to do.</param>
    /// <param name="round">The round of the work.</param>
    /// <param name="isPreviousRoundFailed">Whether the payout of the round before failed.</param>
    /// <param name="cancellationToken">Gives up: the task's token is cancelled, and the outcome says so at once.</param>
    /// <returns>The outcome. It never throws because of the task: a dead process is an outcome too.</returns>
    public async Task<PhaseOutcome> CallAsync(
        TaskPhase phase, Round round, bool isPreviousRoundFailed, CancellationToken cancellationToken)
    {
        if (_calls.Count >= MaxPendingCalls)
        {
            return new(false, $"The task has {MaxPendingCalls} unfinished calls; it gets no further ones.");
        }

        var id = Interlocked.Increment(ref _lastId);
        var call = new TaskCompletionSource<PhaseOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = call;
        var message = new PhaseMessage(PhaseMessage.NameOf(phase), round, isPreviousRoundFailed, id);
        try
        {
            await SendAsync(message, cancellationToken);
            var finished = await Task.WhenAny(call.Task, Exited).WaitAsync(cancellationToken);
            // An answer that came just before the end still counts.
            return finished == call.Task || call.Task.IsCompleted ? await call.Task : await EndedAsync();
        }
        catch (OperationCanceledException)
        {
            return await GiveUpAsync(message, call.Task);
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    /// <summary>Asks the task for an answer that needs no work.</summary>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it answered, or has ended. A task that never answered such a question may not know it; it counts as alive.</returns>
    public async Task<bool> IsAliveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<PhaseOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _calls[id] = answer;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var late = Task.Delay(patience, _options.TimeProvider, waiting.Token);
            // Even that the line can't be written is no answer: the task does not read.
            var asked = SendAsync(new(PhaseMessage.Ping, default, IsPreviousRoundFailed: false, id), waiting.Token);
            var hasAnswered = await Task.WhenAny(answer.Task, Exited, late) != late;
            cancellationToken.ThrowIfCancellationRequested();
            await waiting.CancelAsync();
            await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _hasAnswered |= answer.Task.IsCompleted;
            return hasAnswered || !_hasAnswered;
        }
        finally
        {
            _calls.TryRemove(id, out _);
        }
    }

    /// <summary>Connects to the task's HTTP server, if it has one.</summary>
    /// <exception cref="PondException"><c>task-routes-missing</c>.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        // The task may put a link in its socket's place, to another's; so what is connected to is the very entry of its folder. The
        // path through the handle is also short enough for a socket's address, whatever the folder's is.
        using var entry = Posix.Name(Path.Combine(_options.Folder, TaskChannel.RoutesSocket));
        if (entry.IsInvalid)
        {
            throw NoRoutes("it does not listen");
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Posix.PathOf(entry)), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw NoRoutes(exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends the process: first its input, which asks it to exit; after the grace period SIGTERM; after another one SIGKILL for
    /// it and all its children. When this returns, nothing of it is left.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_outputLock)
        {
            _disposal ??= Task.Run(EndAsync, CancellationToken.None);
        }

        return new(_disposal);
    }

    private PondException NoRoutes(string reason, Exception? cause = null) => new(
        "task-routes-missing",
        $"Task {_options.Services.Task} answers no requests: {reason}.",
        "Try again when it has started; a task without MapRoutes never listens.",
        isTransient: true,
        cause);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        // The door knows the secret before there is anybody to knock.
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        _endpoint = await _program.OpenAsync(_channel.FullName, secret, new(OnReady, OnPhaseCompleted, OnLine), cancellationToken);

        ProcessStartInfo? start = null;
        try
        {
            start = await DescribeAsync(secret, cancellationToken);
            _process = await ChildProcess.StartAsync(start);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new PondException(
                "task-start-failed",
                $"'{start?.FileName ?? "The task's box"}' could not be started: {exception.Message}",
                "Check that it is installed and executable.",
                innerException: exception);
        }

        Id = _process.Id;
        Exited = WatchAsync();
        if (_box is not null)
        {
            await _box.OnStartedAsync(_process);
            _watching = WatchExcessAsync(_box);
        }
    }

    /// <summary>Ends a task that takes more of the machine than it may.</summary>
    private async Task WatchExcessAsync(TaskBox box)
    {
        try
        {
            var watch = new TaskWatch(Id, _options.Folder, _options.Limits, countsMemory: !box.BoundsMemory, _options.TimeProvider);
            var excess = await watch.WaitAsync(_stopWatching.Token);
            _excess = excess.Text;
            _process.Kill(entireProcessTree: true);
            await Exited;
            if (!excess.IsMemory)
            {
                _options.OnFolderFull();
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended by itself.
        }
    }

    private async Task<ProcessStartInfo> DescribeAsync(string secret, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            WorkingDirectory = _options.Folder,
        };

        var places = new TaskPlaces(Path.GetFullPath(_options.Bundle), Path.GetFullPath(_options.Folder), _channel.FullName);
        if (_options.Sandbox is { } sandbox)
        {
            if (_options.Internet is not null && BoxNetwork.WhyNot() is { } reason)
            {
                throw new PondException(
                    "internet-missing",
                    $"The task asks for the internet and its operator agreed, but its box can't have it here: {reason}.",
                    "Do that and start the task again, or start it without the internet.");
            }

            _box = await sandbox.OpenAsync(
                places.Bundle, places.Folder, places.Channel, _program.Executable, _options.Limits, _options.Internet, cancellationToken);
            places = new(TaskSandbox.BundleInside, TaskSandbox.FolderInside, TaskSandbox.ChannelInside);
            SetEnvironment(start.Environment, places, secret);
            _box.Describe(start, [_program.Executable, .. _program.Arguments(places, secret)]);
            return start;
        }

        SetEnvironment(start.Environment, places, secret);
        if (SystemPrograms.Find("setpriv") is { } setpriv)
        {
            start.FileName = setpriv;
            start.ArgumentList.Add("--pdeathsig");
            start.ArgumentList.Add("KILL");
            start.ArgumentList.Add(_program.Executable);
        }
        else
        {
            start.FileName = _program.Executable;
        }

        foreach (var argument in _program.Arguments(places, secret))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private void SetEnvironment(IDictionary<string, string?> environment, TaskPlaces places, string secret)
    {
        environment.Clear();
        foreach (var (name, value) in _options.Variables)
        {
            environment[name] = value;
        }

        environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        environment["HOME"] = places.Folder;
        _program.SetEnvironment(environment, places, secret);
    }

    private void OnReady() => _ready.TrySetResult();

    private void OnPhaseCompleted(long id, string? error)
    {
        // An unknown id is a call that was given up meanwhile.
        if (_calls.TryGetValue(id, out var call))
        {
            call.TrySetResult(new(error is null, error));
        }
    }

    private async Task SendAsync(PhaseMessage message, CancellationToken cancellationToken)
    {
        await _input.WaitAsync(cancellationToken);
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(message, PondJson.Options).AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is ending; Exited tells how.
        }
        finally
        {
            _input.Release();
        }
    }

    private async Task<PhaseOutcome> EndedAsync() => new(false, (await Exited).ToString()) { Fault = PhaseFault.NotRunning };

    /// <summary>Asks the task to give up a call, and sees whether it does.</summary>
    private async Task<PhaseOutcome> GiveUpAsync(PhaseMessage message, Task<PhaseOutcome> answer)
    {
        using var patience = new CancellationTokenSource(_options.LetGoPeriod, _options.TimeProvider);
        var text = $"The call of {message.FunctionCall} for round {message.RoundNumber} was given up";
        try
        {
            await SendAsync(message with { FunctionCall = PhaseMessage.Cancel }, patience.Token);
            await Task.WhenAny(answer, Exited).WaitAsync(patience.Token);
            return answer.IsCompleted ? new(false, $"{text}.") { Fault = PhaseFault.TooSlow } : await EndedAsync();
        }
        catch (OperationCanceledException)
        {
            return new(false, $"{text}, and {_options.LetGoPeriod.TotalSeconds:0.#} s later it had not let go.") { Fault = PhaseFault.Hung };
        }
    }

    private async Task<TaskExit> WatchAsync()
    {
        var reading = Task.WhenAll(
            ReadAsync(_process.StandardOutput.BaseStream, TaskOutputSource.Output),
            ReadAsync(_process.StandardError.BaseStream, TaskOutputSource.Error));
        await _process.WaitForExitAsync(CancellationToken.None);

        // A grandchild may hold the pipes open for ever.
        await Task.WhenAny(reading, Task.Delay(_options.GracePeriod, _options.TimeProvider, CancellationToken.None));
        await _stopReading.CancelAsync();

        await _stopWatching.CancelAsync();
        if (_excess is null && _box is { HasRunOutOfMemory: true })
        {
            _excess = $"memory-exceeded: its processes wanted more than the {_options.Limits.MemoryBytes} bytes of memory that they may have.";
        }

        if (_excess is not null)
        {
            OnLine(new(TaskOutputSource.Notice, $"error: {_excess}"));
        }

        TaskExit exit;
        lock (_outputLock)
        {
            if (_excess is not null)
            {
                _lastErrors.Enqueue(_excess);
            }

            exit = new(_process.ExitCode, [.. _lastErrors]);
        }

        _ready.TrySetException(new PondException(
            "task-start-failed", exit.ToString(), "Read the task's task.log; run its bundle on a local network to see more."));
        _ = _ready.Task.Exception; // Not every caller waits for readiness, and an error that nobody sees is no error.
        return exit;
    }

    private async Task ReadAsync(Stream stream, TaskOutputSource source)
    {
        try
        {
            await TaskLines.ReadAsync(stream, line => OnLine(new(source, line)), _stopReading.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The process has ended.
        }
    }

    private void OnLine(TaskOutput output)
    {
        lock (_outputLock)
        {
            _log.Write(output);
            if (output.Source is TaskOutputSource.Error)
            {
                _lastErrors.Enqueue(output.Text);
                if (_lastErrors.Count > KeptErrorLines)
                {
                    _lastErrors.Dequeue();
                }
            }

            _options.OnOutput(output);
        }
    }

    private async Task EndAsync()
    {
        if (_process is not null)
        {
            await EndProcessAsync();
        }

        if (_endpoint is not null)
        {
            await _endpoint.DisposeAsync();
        }

        await _watching;
        if (_box is not null)
        {
            await _box.DisposeAsync();
        }

        _process?.Dispose();
        _log.Dispose();
        _stopReading.Dispose();
        _stopWatching.Dispose();
        _input.Dispose();
        _channel.Delete(recursive: true);
        ClearStaging(_options);
    }

    private static void ClearStaging(TaskProcessOptions options)
    {
        if (Directory.Exists(options.Staging))
        {
            Directory.Delete(options.Staging, recursive: true);
        }
    }

    private async Task EndProcessAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has already closed its end.
        }

        if (!await HasExitedInTimeAsync())
        {
            Posix.Terminate(Id);
            if (!await HasExitedInTimeAsync())
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        await Exited;
    }

    private async Task<bool> HasExitedInTimeAsync()
    {
        var patience = Task.Delay(_options.GracePeriod, _options.TimeProvider, CancellationToken.None);
        return await Task.WhenAny(Exited, patience) == Exited;
    }
}
