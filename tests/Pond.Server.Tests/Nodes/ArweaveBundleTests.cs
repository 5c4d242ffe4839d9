using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Nodes;

/// <summary>Programs that no hash names: what came first is what is run.</summary>
public sealed class ArweaveBundleTests
{
    private const string Id = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE";

    [Fact]
    public async Task What_came_first_is_run_and_nothing_else_ever()
    {
        using var root = new TemporaryFolder();
        using var database = NodeDatabase.Open(root.At("node.db"));
        var served = "console.log('first')";
        await using var gateway = await ServeAsync(() => served);
        var address = AddressOf(gateway);

        var bundle = await FetchAsync(address);
        Assert.Equal("console.log('first')", await File.ReadAllTextAsync(Path.Combine(bundle.Export(), "main.js"), CancellationToken.None));

        // From the disk, whatever the gateway says by now.
        served = "console.log('second')";
        Assert.Equal("console.log('first')", await File.ReadAllTextAsync(Path.Combine((await FetchAsync(address)).Export(), "main.js"), CancellationToken.None));

        // Somebody changed the file: the node asks the gateway again, and does not take what is another program.
        await File.WriteAllTextAsync(root.At("executables", $"arweave-{Id}.js"), "console.log('changed')", CancellationToken.None);
        Assert.Equal("bundle-changed", Assert.Throws<PondException>(bundle.Export).Code);
        Assert.Equal("bundle-changed", (await Assert.ThrowsAsync<PondException>(() => FetchAsync(address))).Code);
        served = "console.log('first')";
        Assert.Equal("console.log('first')", await File.ReadAllTextAsync(Path.Combine((await FetchAsync(address)).Export(), "main.js"), CancellationToken.None));

        Task<ArweaveBundle> FetchAsync(Uri from) => ArweaveBundle.FetchAsync(
            from, Id, database, root.At("executables"), TimeProvider.System, CancellationToken.None);
    }

    [Fact]
    public async Task What_is_no_program_is_refused()
    {
        using var root = new TemporaryFolder();
        using var database = NodeDatabase.Open(root.At("node.db"));
        await using var gateway = await ServeAsync(() => "<html>not found</html>");

        Assert.Equal("bundle-unverifiable", await FailAsync(null, Id));
        Assert.Equal("bundle-invalid", await FailAsync(AddressOf(gateway), "../../etc/passwd"));
        Assert.Equal("bundle-unreachable", await FailAsync(AddressOf(gateway), Id));
        Assert.Equal("bundle-unreachable", await FailAsync(new Uri("http://127.0.0.1:1"), Id));

        async Task<string> FailAsync(Uri? from, string id) => (await Assert.ThrowsAsync<PondException>(() => ArweaveBundle.FetchAsync(
            from, id, database, root.At("executables"), TimeProvider.System, CancellationToken.None))).Code;
    }

    private static Uri AddressOf(WebApplication gateway) =>
        new(gateway.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private static async Task<WebApplication> ServeAsync(Func<string> body)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapGet("/{id}", (RequestDelegate)(context => context.Response.WriteAsync(body(), context.RequestAborted)));
        await app.StartAsync(CancellationToken.None);
        return app;
    }
}
