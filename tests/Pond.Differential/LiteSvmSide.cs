using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

/// <summary>Runs transactions in LiteSVM, a Node process that tests/differential/litesvm.mjs describes.</summary>
internal sealed class LiteSvmSide : IDisposable
{
    private readonly Process _node;

    internal LiteSvmSide(string folder)
    {
        var start = new ProcessStartInfo("node", ["litesvm.mjs"])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _node = Process.Start(start) ?? throw new InvalidOperationException("Node did not start.");
    }

    internal void Reset(string program, IEnumerable<JsonObject> accounts) =>
        Ask(new JsonObject { ["do"] = "reset", ["program"] = program, ["accounts"] = new JsonArray([.. accounts]) });

    internal void Seal() => Ask(new JsonObject { ["do"] = "seal" });

    internal Outcome Run(Message message)
    {
        var answer = Ask(new JsonObject
        {
            ["do"] = "run",
            ["transaction"] = Convert.ToBase64String(LedgerSide.ToTransaction(message).Serialize()),
            ["addresses"] = new JsonArray([.. LedgerSide.Compared(message).Select(key => JsonValue.Create(key.ToString()))]),
        });
        return new(
            answer["error"]?.GetValue<string>(),
            [.. answer["logs"]!.AsArray().Select(line => line!.GetValue<string>())],
            [.. answer["inner"]!.AsArray().Select(DescribeCalls).Where(text => text.Length > 0)],
            answer["returned"]!.GetValue<string>(),
            [.. answer["accounts"]!.AsArray().Select(DescribeAccount)]);
    }

    internal static JsonObject Account(Pubkey key, ulong lamports, Pubkey owner, ReadOnlySpan<byte> data) => new()
    {
        ["address"] = key.ToString(),
        ["lamports"] = lamports.ToString(CultureInfo.InvariantCulture),
        ["owner"] = owner.ToString(),
        ["data"] = Convert.ToBase64String(data),
    };

    public void Dispose()
    {
        _node.StandardInput.Close();
        _node.WaitForExit();
        _node.Dispose();
    }

    private static string DescribeCalls(JsonNode? calls, int index) => string.Join(" | ", calls!.AsArray().Select(call =>
        $"{index}: {call!["height"]} {call["program"]} [{string.Join(',', call["accounts"]!.AsArray().Select(account => account!.ToString()))}] {call["data"]}"));

    private static string? DescribeAccount(JsonNode? account) => account is null
        ? null
        : Outcome.Describe(
            ulong.Parse(account["lamports"]!.GetValue<string>(), CultureInfo.InvariantCulture),
            account["owner"]!.GetValue<string>(),
            account["data"]!.GetValue<string>());

    private JsonNode Ask(JsonObject command)
    {
        _node.StandardInput.WriteLine(command.ToJsonString());
        _node.StandardInput.Flush();
        var answer = _node.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("LiteSVM's process ended; its words are above.");
        return JsonNode.Parse(answer)!;
    }
}
