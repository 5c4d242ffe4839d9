using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pond.Cli.Bench;

/// <summary>What the web server does by itself: it reads a request's body and sends a fixed answer. The baseline of every HTTP figure.</summary>
internal sealed class BareServer : IAsyncDisposable
{
    /// <summary>The hidden command that runs one until it is killed, so that its start can be measured.</summary>
    internal const string CommandName = "bare-server";

    private readonly WebApplication _app;

    private BareServer(WebApplication app, Uri endpoint)
    {
        _app = app;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens: a free port on loopback.</summary>
    internal Uri Endpoint { get; }

    /// <summary>Starts one that answers everything with <paramref name="answer"/>.</summary>
    internal static async Task<BareServer> StartAsync(ReadOnlyMemory<byte> answer, CancellationToken cancellationToken, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        app.Run(async context =>
        {
            await DrainAsync(context.Request, context.RequestAborted);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.BodyWriter.WriteAsync(answer, context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new BareServer(app, new Uri(addresses.Single()));
    }

    internal static Command CreateCommand()
    {
        var port = new Argument<int>("port");
        var command = new Command(CommandName, "The web server that 'pond bench ledger' compares a start with.") { port };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var server = await StartAsync("{}"u8.ToArray(), cancellationToken, parsed.GetValue(port));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCode.Ok;
        });
        return command;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async ValueTask DrainAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
