using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Hosting;

namespace Pond.Sdk.Testing;

/// <summary>A node of a <see cref="TaskProbe"/>.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Its probe stops it; a test can't do it too early.")]
public abstract class ProbeNode
{
    private readonly TaskProbe _probe;
    private readonly ProbeContext _context;
    private readonly Lazy<Task> _start;

    private protected ProbeNode(TaskProbe probe, string name, string folder)
    {
        _probe = probe;
        _context = new(probe, TaskProbe.KeyOf(name), folder);
        _start = new(StartOnceAsync);
        Name = name;
        Http = new(new StartingHandler(this), disposeHandler: true) { BaseAddress = new("http://task/") };
    }

    /// <summary>What the test calls it.</summary>
    public string Name { get; }

    /// <summary>Its staking key.</summary>
    public Pubkey StakingKey => _context.StakingKey;

    /// <summary>Its stake. Default 5 KOII.</summary>
    public Lamports Stake { get; set; } = Lamports.FromKoii(5);

    /// <summary>What its task sees, for a test that prepares or looks at it.</summary>
    public ITaskContext Context => _context;

    /// <summary>What its task has logged, oldest first.</summary>
    public ImmutableArray<string> Lines => _context.Lines;

    /// <summary>The verdicts that its task has handed over, by round and candidate.</summary>
    public ImmutableDictionary<(Round Round, Pubkey Candidate), Verdict> Verdicts => _context.Verdicts;

    /// <summary>Asks its task's routes, as a stranger does: <c>GetStringAsync("/status")</c>.</summary>
    public HttpClient Http { get; }

    private protected abstract PondTask Instance { get; }

    /// <summary>Starts its task, unless that was done. Every other method does it first.</summary>
    public Task StartAsync() => _start.Value;

    /// <summary>Has it do a round's work and submit it.</summary>
    /// <returns>What it submitted; null if nothing.</returns>
    public async Task<RoundSubmission?> WorkAsync(ulong round)
    {
        await ExecuteAsync(round);
        await SubmitAsync(round);
        return _probe.SubmissionOf(this, round);
    }

    /// <summary>Calls <see cref="PondTask.ExecuteAsync"/>.</summary>
    public async Task ExecuteAsync(ulong round)
    {
        await StartAsync();
        await Instance.ExecuteAsync(At(round, TaskPhase.Execute), CancellationToken.None);
    }

    /// <summary>Calls <see cref="PondTask.SubmitAsync"/>; what is submitted is in the round then.</summary>
    public async Task SubmitAsync(ulong round)
    {
        await StartAsync();
        await Instance.SubmitAsync(At(round, TaskPhase.Submit), CancellationToken.None);
    }

    /// <summary>Calls <see cref="PondTask.ValidateSubmissionAsync"/> for what another node has submitted.</summary>
    /// <exception cref="InvalidOperationException">It has submitted nothing for the round.</exception>
    public Task<Verdict> AuditAsync(ulong round, ProbeNode candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return _probe.SubmissionOf(candidate, round) is { } submission
            ? AuditAsync(round, new CandidateSubmission(candidate.StakingKey, submission.Value, submission.Slot))
            : throw new InvalidOperationException($"{candidate.Name} has submitted nothing for round {round}.");
    }

    /// <summary>Calls <see cref="PondTask.ValidateSubmissionAsync"/> for any submission.</summary>
    public async Task<Verdict> AuditAsync(ulong round, CandidateSubmission candidate)
    {
        await StartAsync();
        return await Instance.ValidateSubmissionAsync(At(round, TaskPhase.Audit), candidate, CancellationToken.None);
    }

    /// <summary>Calls <see cref="PondTask.AuditAsync"/> with all other submissions of the round as duties.</summary>
    /// <returns>The verdicts that were handed over, by candidate; an exception in an audit is Abstain there.</returns>
    public async Task<ImmutableDictionary<Pubkey, Verdict>> AuditAllAsync(ulong round)
    {
        await StartAsync();
        await Instance.AuditAsync(At(round, TaskPhase.Audit), CancellationToken.None);
        return Verdicts.Where(entry => entry.Key.Round == new Round(round)).ToImmutableDictionary(entry => entry.Key.Candidate, entry => entry.Value);
    }

    /// <summary>Calls <see cref="PondTask.GenerateDistributionListAsync"/>.</summary>
    public async Task<DistributionList> DistributeAsync(ulong round)
    {
        await StartAsync();
        return await Instance.GenerateDistributionListAsync(At(round, TaskPhase.Distribute), CancellationToken.None);
    }

    /// <summary>Calls <see cref="PondTask.ValidateDistributionListAsync"/>.</summary>
    /// <param name="round">The round.</param>
    /// <param name="author">Whose list.</param>
    /// <param name="list">The list; null for a text that is none.</param>
    public async Task<Verdict> AuditListAsync(ulong round, ProbeNode author, DistributionList? list)
    {
        ArgumentNullException.ThrowIfNull(author);
        await StartAsync();
        return await Instance.ValidateDistributionListAsync(
            At(round, TaskPhase.AuditDistribution), author.StakingKey, list, CancellationToken.None);
    }

    /// <summary>The context of a call, for a function that no method here calls.</summary>
    public RoundContext At(ulong round, TaskPhase phase) => new(_context, new(round), phase, IsPreviousRoundFailed: false);

    internal virtual async Task StopAsync()
    {
        Http.Dispose();
        (Instance as IDisposable)?.Dispose();
        _context.Dispose();
        await Task.CompletedTask;
    }

    private protected abstract Task OpenRoutesAsync();

    private protected void Configure(IServiceCollection services)
    {
        services.AddSingleton<ITaskContext>(_context);
        services.AddLogging(logging => TaskLoggerProvider.AddTo(logging, _context));
    }

    private async Task StartOnceAsync()
    {
        await Instance.StartAsync(_context, CancellationToken.None);
        await OpenRoutesAsync();
    }

    /// <summary>Whoever asks a task's routes waits until they are there.</summary>
    private sealed class StartingHandler(ProbeNode node) : DelegatingHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(node._context.Folder, TaskChannel.RoutesSocket)), token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await node.StartAsync();
            return await base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>A node of a <see cref="TaskProbe"/> that runs one type of task.</summary>
/// <typeparam name="TTask">The type.</typeparam>
public sealed class ProbeNode<TTask> : ProbeNode
    where TTask : PondTask
{
    private readonly RouteHost? _routes;
    private readonly ServiceProvider? _services;

    internal ProbeNode(TaskProbe probe, string name, string folder, Action<IServiceCollection> configure)
        : base(probe, name, folder)
    {
        if (RouteHost.IsNeededBy(typeof(TTask)))
        {
            _routes = RouteHost.Create(Context, Add);
            Task = ActivatorUtilities.CreateInstance<TTask>(_routes.Services);
        }
        else
        {
            var services = new ServiceCollection();
            Add(services);
            _services = services.BuildServiceProvider();
            Task = ActivatorUtilities.CreateInstance<TTask>(_services);
        }

        void Add(IServiceCollection services)
        {
            Configure(services);
            configure(services);
        }
    }

    /// <summary>The task itself.</summary>
    public TTask Task { get; }

    private protected override PondTask Instance => Task;

    internal override async Task StopAsync()
    {
        if (_routes is not null)
        {
            await _routes.DisposeAsync();
        }

        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        await base.StopAsync();
    }

    private protected override Task OpenRoutesAsync() =>
        _routes?.OpenAsync(Task, Context, CancellationToken.None) ?? System.Threading.Tasks.Task.CompletedTask;
}
