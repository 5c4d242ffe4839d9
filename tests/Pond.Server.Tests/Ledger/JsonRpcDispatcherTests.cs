using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Tests.Ledger;

public class JsonRpcDispatcherTests
{
    [Theory]
    // Ids come back in their type and text.
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"none"}""", """{"jsonrpc":"2.0","result":"ok","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"1","method":"none"}""", """{"jsonrpc":"2.0","result":"ok","id":"1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":18446744073709551616,"method":"none"}""", """{"jsonrpc":"2.0","result":"ok","id":18446744073709551616}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1.0,"method":"none"}""", """{"jsonrpc":"2.0","result":"ok","id":1.0}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"a\u0041\"","method":"none"}""", """{"jsonrpc":"2.0","result":"ok","id":"a\u0041\""}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"none"}""", """{"jsonrpc":"2.0","result":"ok","id":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":[1],"method":"none"}""", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    // Parameters may be absent, null or empty, and nulls may fill optional places.
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"none","params":null}""", """{"jsonrpc":"2.0","result":"ok","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"none","params":[]}""", """{"jsonrpc":"2.0","result":"ok","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"none","params":[1]}""", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid parameters: No parameters were expected"},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo","params":["a",null]}""", """{"jsonrpc":"2.0","result":"a","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":1}}""", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"`params` should be an array"},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo"}""", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"`params` should have at least 1 argument(s)"},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo","params":["a",null,3]}""", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid parameters: Expected from 1 to 2 parameters.","data":"\"Got: 3\""},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo","params":[5]}""", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params: invalid type: integer `5`, expected a string."},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo","params":["a",7]}""", """{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params: invalid type: integer `7`, expected a map."},"id":1}""")]
    // A null result is written, an absent error is not.
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"null"}""", """{"jsonrpc":"2.0","result":null,"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"nope"}""", """{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"crash"}""", """{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"none"}""", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Unsupported JSON-RPC protocol version"},"id":1}""")]
    [InlineData("""{"id":1,"method":"none"}""", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Unsupported JSON-RPC protocol version"},"id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":1}""")]
    [InlineData("{}", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    [InlineData("5", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    [InlineData("null", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    // What is no JSON.
    [InlineData("", """{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""")]
    [InlineData("{", """{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"none"} x""", """{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"echo","params":["\ud800"]}""", """{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"none","\ud800":1}""", """{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}""")]
    // Notifications are run and not answered, whatever comes of them.
    [InlineData("""{"jsonrpc":"2.0","method":"none"}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"crash"}""", "")]
    [InlineData("""{"jsonrpc":"2.0","method":"nope"}""", "")]
    // Batches keep their order; notifications leave no gap.
    [InlineData("[]", """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""")]
    [InlineData(
        """[{"jsonrpc":"2.0","id":2,"method":"none"},{"jsonrpc":"2.0","method":"none"},{"jsonrpc":"2.0","id":1,"method":"null"},7]""",
        """[{"jsonrpc":"2.0","result":"ok","id":2},{"jsonrpc":"2.0","result":null,"id":1},{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}]""")]
    [InlineData("""[{"jsonrpc":"2.0","method":"none"},{"jsonrpc":"2.0","method":"none"}]""", "")]
    public async Task A_body_gets_exactly_this_answer(string body, string answer)
    {
        Assert.Equal(answer, await AnswerAsync(Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_a_parse_error()
    {
        Assert.Contains("-32700", await AnswerAsync([.. "{\"id\":\""u8, 0xFF, .. "\"}"u8]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_has_a_bound()
    {
        var request = """{"jsonrpc":"2.0","id":1,"method":"none"}""";
        var most = string.Join(',', Enumerable.Repeat(request, JsonRpcDispatcher.MaxBatchSize));

        Assert.DoesNotContain("error", await AnswerAsync(Encoding.UTF8.GetBytes($"[{most}]")), StringComparison.Ordinal);
        Assert.Equal(
            """{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid request"},"id":null}""",
            await AnswerAsync(Encoding.UTF8.GetBytes($"[{most},{request}]")));
    }

    [Fact]
    public async Task A_batch_that_asks_for_too_much_is_cut_off_and_every_request_still_answered()
    {
        var request = """{"jsonrpc":"2.0","id":1,"method":"long"}""";

        var answer = await AnswerAsync(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(request, 100))}]"));

        using var answers = System.Text.Json.JsonDocument.Parse(answer);
        Assert.Equal(100, answers.RootElement.GetArrayLength());
        // Each result is a megabyte and some bytes around it.
        Assert.Equal(32, answers.RootElement.EnumerateArray().Count(one => one.TryGetProperty("result", out _)));
        Assert.EndsWith(
            """{"jsonrpc":"2.0","error":{"code":-32600,"message":"The answer to this batch is too long already. Ask for the rest on its own."},"id":1}]""",
            answer,
            StringComparison.Ordinal);
    }

    private static async Task<string> AnswerAsync(byte[] body)
    {
        var table = new RpcMethodTable(
        [
            new RpcMethod("none", 0, 0, _ => ValueTask.FromResult<object?>("ok")),
            new RpcMethod("long", 0, 0, _ => ValueTask.FromResult<object?>(new string('x', 1 << 20))),
            new RpcMethod("null", 0, 0, _ => ValueTask.FromResult<object?>(null)),
            new RpcMethod("crash", 0, 0, _ => throw new InvalidOperationException("as it should")),
            new RpcMethod("echo", 1, 2, call =>
            {
                _ = call.Settings(1);
                return ValueTask.FromResult<object?>(call.Text(0));
            }),
        ]);
        var output = new ArrayBufferWriter<byte>();
        await new JsonRpcDispatcher(table, NullLogger<JsonRpcDispatcher>.Instance).AnswerAsync(body, output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
