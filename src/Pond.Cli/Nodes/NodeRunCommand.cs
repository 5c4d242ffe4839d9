using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Pond.Cli.Keys;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server;
using Pond.Server.Nodes;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node run</c></summary>
internal static class NodeRunCommand
{
    private const string GiveVariable = "POND_GIVE_STAKING_KEYS";
    private const long LeastMemoryMib = 128;
    private const long MostMemoryMib = 1L << 24;

    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var folder = new Argument<string>("folder")
        {
            Description = "The node's folder: its environment file, and config, namespace, executables and data, as the container node has them.",
            DefaultValueFactory = _ => ".",
        };
        var environment = new Option<string?>("--env") { Description = "The environment file. Default: .env.local, .env-local or .env in the folder.", HelpName = "FILE" };
        var port = new Option<int?>("--port") { Description = "The public port; 0 for any free one. Default: SERVER_PORT, or 30017." };
        var operatorPort = new Option<int?>("--operator-port")
        {
            Description = "The operator's port, on this machine alone; 0 for any free one. Default: OPERATOR_PORT, or 30018.",
        };
        var bind = new Option<string>("--bind")
        {
            Description = "The address to listen on. Others reach the node only on one of theirs.",
            DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
        };
        bind.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("--bind is an IP address, such as 127.0.0.1 or 0.0.0.0.");
            }
        });
        var gateways = StoreCommand.AddressesOption("--gateway", "A gateway to get programs and results from. Each block is checked. Default: public ones, on a public ledger.");
        var web = new Option<bool>("--web")
        {
            Description = "Let tasks ask the web: those in C# through the node, and those in JavaScript that ask for the internet from their box. Neither reaches this machine or its network.",
        };
        var unboxed = new Option<string[]>("--unboxed")
        {
            Description = "A task to run without a box, with all rights and the network of this user: only programs that you trust. 'all' means every task. Also UNBOXED_TASKS.",
            HelpName = "TASK",
        };
        var memory = new Option<long>("--task-memory")
        {
            Description = "How much memory each boxed task may have, in MiB.",
            HelpName = "MIB",
            DefaultValueFactory = _ => new TaskLimits().MemoryBytes >> 20,
        };
        memory.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() is < LeastMemoryMib or > MostMemoryMib)
            {
                result.AddError($"--task-memory is at least {LeastMemoryMib} MiB: a runtime needs that to start.");
            }
        });
        var give = new Option<bool>("--give-staking-keys")
        {
            Description = $"Agree that each JavaScript task of the environment file gets the secret of its own staking key, and of no other. Or set {GiveVariable}=true.",
        };
        var otlp = new Option<string?>("--otlp")
        {
            Description = $"Send metrics and traces to this OpenTelemetry collector, such as http://127.0.0.1:4318. Default ${Telemetry.EndpointVariable}, or nowhere.",
        };
        var json = LedgerCommand.JsonOption();
        var passphrases = new Passphrases(terminals);
        var command = new Command("run", "Run a node and the tasks that its environment file names, until it is interrupted.")
        {
            folder, environment, port, operatorPort, bind, gateways, web, unboxed, memory, give, otlp, json,
        };
        passphrases.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminals,
            timeProvider,
            parsed.GetValue(folder)!,
            new ContainerNodeOptions
            {
                EnvironmentFile = parsed.GetValue(environment),
                Address = IPAddress.Parse(parsed.GetValue(bind)!),
                Port = parsed.GetValue(port),
                OperatorPort = parsed.GetValue(operatorPort),
                Gateways = [.. parsed.GetValue(gateways) ?? []],
                AllowsWeb = parsed.GetValue(web),
                ReadPassphrase = path => passphrases.Read(parsed, path),
                GivesStakingKeys = parsed.GetValue(give) || Environment.GetEnvironmentVariable(GiveVariable) is "true" or "1",
                Unboxed = [.. parsed.GetValue(unboxed) ?? []],
                Limits = new TaskLimits { MemoryBytes = parsed.GetValue(memory) << 20 },
                Sandbox = null,
            },
            LedgerRunCommand.Collector(parsed.GetValue(otlp)),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminals terminals,
        TimeProvider timeProvider,
        string folder,
        ContainerNodeOptions options,
        Uri? collector,
        bool json,
        CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new LineLoggerProvider(terminals, timeProvider, json)));
        ContainerNode node;
        try
        {
            var box = await TaskSandbox.ProbeAsync(timeProvider, cancellationToken);
            if (box.Sandbox is null)
            {
                StoreOutput.Notice(terminals, box.Summary);
            }

            options = options with { Sandbox = box.Sandbox, SandboxProblem = box.Sandbox is null ? box.Summary : null };
            node = await ContainerNode.StartAsync(folder, options, Tell, timeProvider, loggers, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Ok;
        }

        await using (node)
        {
            using var telemetry = collector is null ? null : NodeTelemetry.Start(collector, node.MainKey);
            if (json)
            {
                StoreOutput.Json(terminals, new { schema = 1, address = node.Host.Address, operatorAddress = node.Host.OperatorAddress, ledger = node.Environment.Ledger, tasks = node.Environment.Tasks.Select(pair => pair.Task) });
            }
            else
            {
                StoreOutput.Line(terminals, $"node    {node.Host.Address}");
                StoreOutput.Line(terminals, $"operator {node.Host.OperatorAddress}");
                StoreOutput.Line(terminals, $"ledger  {node.Environment.Ledger}");
                StoreOutput.Line(terminals, $"tasks   {node.Environment.Tasks.Length}");
            }

            // Ends by itself only if it has failed, and then says so by throwing.
            await node.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
            {
                await node.Completion;
            }
        }

        return ExitCode.Ok;

        void Tell(Pubkey task, string news) => StoreOutput.Notice(terminals, $"task {task} {StoreOutput.Harmless(news)}");
    }
}
