using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;
using Pond.Server.Tasks.Namespace;

namespace Pond.Server.Tests.Tasks;

/// <summary>The endpoint as a client sees that knows the original's rules and nothing else.</summary>
public sealed class TaskEndpointTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "0123456789abcdef";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("pond-test-");
    private readonly FakeTaskServices _services = new();
    private readonly List<TaskOutput> _notices = [];
    private readonly List<(long Id, string? Error)> _completed = [];
    private HttpClient _http = null!;
    private TaskEndpoint _endpoint = null!;

    private string Task => _services.Task.ToString();

    public async Task InitializeAsync()
    {
        var options = new TaskProcessOptions
        {
            Bundle = "",
            Folder = _root.CreateSubdirectory("task").FullName,
            Services = _services,
            MapContent = _ => { },
            Sandbox = null,
            TimeProvider = TimeProvider.System,
        };
        var socket = Path.Combine(_root.FullName, "socket");
        var methods = new NamespaceMethods(options, () => { }, (id, error) => _completed.Add((id, error)), _notices.Add);
        _endpoint = await TaskEndpoint.StartAsync(socket, Secret, options, methods, CancellationToken.None);
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                return new NetworkStream(connection, ownsSocket: true);
            },
        });
    }

    public async Task DisposeAsync() => await _endpoint.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _root.Delete(recursive: true);
    }

    [Theory]
    [InlineData("""{"taskId":"TASK","secret":"0123456789abcdef"}""", 422, """{"message":"No args provided"}""")]
    [InlineData("""{"args":["getCurrentSlot"],"secret":"0123456789abcdef"}""", 422, """{"message":"No taskId provided"}""")]
    [InlineData("""{"args":["getCurrentSlot"],"taskId":"TASK"}""", 422, """{"message":"No secret provided"}""")]
    [InlineData("""{"args":["getCurrentSlot"],"taskId":"TASK","secret":"0123456789abcdee"}""", 401, """{"message":"Invalid secret provided"}""")]
    [InlineData("""{"args":["getCurrentSlot"],"taskId":"other","secret":"0123456789abcdef"}""", 401, """{"message":"Invalid secret provided"}""")]
    [InlineData("""{"args":["getCurrentSlot"],"taskId":"TASK","secret":"0123456789abcdef"}""", 200, """{"response":1234}""")]
    [InlineData("""{"args":["getRound"],"taskId":"TASK","secret":"0123456789abcdef"}""", 200, """{"response":2}""")]
    [InlineData("""{"args":["storeGet","none"],"taskId":"TASK","secret":"0123456789abcdef"}""", 200, """{"response":null}""")]
    [InlineData("""{"args":["storeSet","k","v"],"taskId":"TASK","secret":"0123456789abcdef"}""", 200, "{}")]
    public async Task Answers_are_the_originals(string body, int status, string answer)
    {
        var (actualStatus, text) = await PostAsync(body.Replace("TASK", Task, StringComparison.Ordinal));

        Assert.Equal((status, answer), (actualStatus, text));
    }

    [Theory]
    [InlineData("""["toString"]""", "method-unknown")]
    [InlineData("""[]""", "method-unknown")]
    [InlineData("""[7]""", "method-unknown")]
    [InlineData("""["getSubmitterAccount"]""", "secret-refused")]
    [InlineData("""["getTaskRound"]""", "argument-invalid")]
    [InlineData("""["getTaskRound",-1]""", "argument-invalid")]
    [InlineData("""["getTaskRound","1"]""", "argument-invalid")]
    [InlineData("""["auditSubmission","nokey",true,1]""", "argument-invalid")]
    [InlineData("""["getTaskSubmissionInfo",1]""", "submissions-missing")]
    [InlineData("""["addContent","../x"]""", "path-refused")]
    public async Task Refusals_are_422_with_a_code(string args, string code)
    {
        var (status, text) = await CallAsync(args);

        Assert.Equal(422, status);
        Assert.Equal(code, (string?)JsonNode.Parse(text)!["code"]);
    }

    [Fact]
    public async Task Submission_longer_than_the_field_is_refused()
    {
        var (longest, _) = await CallAsync($$"""["checkSubmissionAndUpdateRound","{{new string('x', 512)}}",3]""");
        var (longer, _) = await CallAsync($$"""["checkSubmissionAndUpdateRound","{{new string('x', 513)}}",4]""");

        Assert.Equal((200, 422), (longest, longer));
        Assert.Equal([new(3)], _services.Submissions.Keys);
    }

    [Fact]
    public async Task List_is_taken_as_text_and_as_the_object_that_it_was_sent_as()
    {
        Assert.Equal((200, """{"response":true}"""), await CallAsync("""["uploadDistributionList","{\"b\":1}",3]"""));
        Assert.Equal((200, """{"response":true}"""), await CallAsync("""["uploadDistributionList",{"b":1,"a":2},4]"""));

        Assert.Equal("""{"b":1}""", _services.SubmittedLists[new(3)]);
        Assert.Equal("""{"b":1,"a":2}""", _services.SubmittedLists[new(4)]);
    }

    [Fact]
    public async Task Task_state_has_only_the_parts_that_were_asked_for()
    {
        var (_, all) = await CallAsync("""["getTaskState"]""");
        var (_, some) = await CallAsync("""["getTaskState",{"is_available_balances_required":true}]""");

        Assert.Equal(10, (int)JsonNode.Parse(all)!["response"]!["stake_list"]![_services.StakingKey.ToString()]!);
        Assert.Equal("{}", JsonNode.Parse(some)!["response"]!["stake_list"]!.ToJsonString());
        Assert.Equal(100, (int)JsonNode.Parse(some)!["response"]!["round_time"]!);
    }

    [Fact]
    public async Task Submissions_are_shown_in_the_originals_shape()
    {
        var alice = FakeTaskServices.KeyOf("alice");
        _services.Rounds[new(3)] = RoundInfos.Of(3, (alice, "cid", SubmissionOutcome.Pending));

        var (status, text) = await CallAsync("""["getTaskSubmissionInfo",3]""");

        Assert.Equal(200, status);
        Assert.Equal(
            $$$$$"""{"response":{"submissions":{"3":{"{{{{{alice}}}}}":{"submission_value":"cid","slot":1,"round":3}}},"submissions_audit_trigger":{"3":{}}}}""",
            text);
    }

    [Fact]
    public async Task Notices_and_ends_of_phases_reach_the_node()
    {
        Assert.Equal((200, """{"response":true}"""), await CallAsync("""["logger","warn","low\ndisk","buy"]"""));
        Assert.Equal((200, """{"response":false}"""), await CallAsync("""["logger","shout","x"]"""));
        await CallAsync("""["phaseCompleted",7,null]""");
        await CallAsync("""["phaseCompleted",8,"went wrong"]""");

        Assert.Equal([new(TaskOutputSource.Notice, "warn: low disk")], _notices);
        Assert.Equal([(7, null), (8, "went wrong")], _completed);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    public async Task Body_that_is_no_json_is_a_bad_request(string body) => Assert.Equal(400, (await PostAsync(body)).Status);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    public async Task Json_that_is_no_object_has_no_args(string body) =>
        Assert.Equal((422, """{"message":"No args provided"}"""), await PostAsync(body));

    private Task<(int Status, string Text)> CallAsync(string args) =>
        PostAsync($$"""{"args":{{args}},"taskId":"{{Task}}","secret":"{{Secret}}"}""");

    private async Task<(int Status, string Text)> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(new Uri("http://node/namespace-wrapper"), content);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
