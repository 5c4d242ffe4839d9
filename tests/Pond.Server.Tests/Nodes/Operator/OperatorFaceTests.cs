using System.Runtime.Versioning;
using Microsoft.AspNetCore.Builder;
using Pond.Primitives;
using Pond.Server.Nodes.Operator;
using Pond.Server.Tests.Content;

namespace Pond.Server.Tests.Nodes.Operator;

/// <summary>Who is let in at the operator's port.</summary>
[SupportedOSPlatform("linux")]
public sealed class OperatorFaceTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private OperatorFace _face = null!;

    public async Task InitializeAsync() => _face = await StartAsync();

    public async Task DisposeAsync()
    {
        await _face.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(OperatorRole.None, 401, 401, 401, 401)]
    [InlineData(OperatorRole.View, 200, 403, 403, 403)]
    [InlineData(OperatorRole.Operate, 200, 200, 403, 403)]
    [InlineData(OperatorRole.Wallet, 200, 200, 200, 200)]
    public async Task Each_role_may_do_what_those_before_it_may(OperatorRole role, int view, int operate, int wallet, int ungrouped)
    {
        var token = TokenOf(role);

        Assert.Equal(
            [view, operate, wallet, ungrouped],
            [await AskAsync("/look", token), await AskAsync("/start", token), await AskAsync("/pay", token), await AskAsync("/forgotten", token)]);
    }

    [Fact]
    public async Task A_wrong_token_is_none()
    {
        var token = TokenOf(OperatorRole.Wallet)!;

        Assert.Equal(401, await AskAsync("/look", token[..^1] + (token[^1] == '0' ? '1' : '0')));
        Assert.Equal(401, await AskAsync("/look", ""));
        Assert.Equal(401, await AskAsync("/not-there", "x"));
        Assert.Equal(404, await AskAsync("/not-there", token));
    }

    [Theory]
    [InlineData("https://evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("http://127.0.0.1:1", 403)]
    [InlineData("http://localhost.evil.example:PORT", 403)]
    [InlineData("http://127.0.0.1:PORT", 200)]
    [InlineData("http://localhost:PORT", 200)]
    public async Task A_page_of_another_origin_is_refused(string origin, int status) =>
        Assert.Equal(status, await AskAsync("/look", TokenOf(OperatorRole.View), request => request.Headers.Add("Origin", Fill(origin))));

    [Theory]
    [InlineData("rebound.example:PORT", 421)]
    [InlineData("127.0.0.1:1", 421)]
    [InlineData("localhost:PORT", 200)]
    public async Task A_name_that_was_led_to_loopback_is_refused(string host, int status) =>
        Assert.Equal(status, await AskAsync("/look", TokenOf(OperatorRole.View), request => request.Headers.Host = Fill(host)));

    [Fact]
    public async Task The_tokens_are_their_owners_alone_and_stay_as_long_as_they_were()
    {
        var path = _folder.At(OperatorAccess.FileName);
        var first = OperatorAccess.Read(_folder.Root);
        await _face.DisposeAsync();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        _face = await StartAsync();
        Assert.Equal((first.View, first.Wallet), (OperatorAccess.Read(_folder.Root).View, OperatorAccess.Read(_folder.Root).Wallet));
        Assert.Equal(_face.Endpoint, OperatorAccess.Read(_folder.Root).Address);

        await _face.DisposeAsync();
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        _face = await StartAsync();
        Assert.NotEqual(first.View, OperatorAccess.Read(_folder.Root).View, StringComparer.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Without_the_file_there_is_no_way_in() =>
        Assert.Equal("operator-access-missing", Assert.Throws<PondException>(() => OperatorAccess.Read(_folder.At("nowhere"))).Code);

    private Task<OperatorFace> StartAsync() => OperatorFace.StartAsync(
        _folder.Root,
        0,
        routes =>
        {
            routes.View.MapGet("/look", () => "looked");
            routes.Operate.MapGet("/start", () => "started");
            routes.Wallet.MapGet("/pay", () => "paid");
            // Outside of the groups: what somebody forgot to protect is protected most.
            routes.Ungrouped.MapGet("/forgotten", () => "");
        },
        CancellationToken.None);

    private string? TokenOf(OperatorRole role) => role switch
    {
        OperatorRole.View => OperatorAccess.Read(_folder.Root).View,
        OperatorRole.Operate => OperatorAccess.Read(_folder.Root).Operate,
        OperatorRole.Wallet => OperatorAccess.Read(_folder.Root).Wallet,
        _ => null,
    };

    private string Fill(string text) => text.Replace("PORT", $"{_face.Endpoint.Port}", StringComparison.Ordinal);

    private async Task<int> AskAsync(string path, string? token, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_face.Endpoint, path));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        change?.Invoke(request);
        using var answer = await _http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
