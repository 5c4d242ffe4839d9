using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pond.Primitives;
using Pond.Primitives.Encoding;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;
using Pond.Server.Ledger.Methods;
using Pond.Server.Ledger.Rpc;
using Pond.Testing;

namespace Pond.Server.Tests.Ledger;

public class RpcFuzzTests
{
    private static readonly ulong Cases = (ulong)CaseNumbers.Count(20_000);

    private static readonly string[] Methods =
    [
        .. LedgerMethods.All(new LedgerEngine(LocalLedger.Options(), new ManualTimeProvider()), LocalLedger.Options())
            .Select(method => method.Name),
    ];

    private static readonly string[] Fragments =
    [
        "[", "]", "{", "}", ",", ":", "\"", "null", "true", "-1", "0", "1e400", "18446744073709551616", "0.5", "\\ud800", "\\u0000", "é",
        "\"id\":", "\"params\":", "\"encoding\":\"base64+zstd\"", "\"commitment\":\"recent\"", "\"filters\":[{}]", "\"round\":-1",
        "\"dataSlice\":{\"offset\":18446744073709551615,\"length\":18446744073709551615}",
        "\"memcmp\":{\"offset\":18446744073709551615,\"bytes\":\"5S\"}", "\"range\":{\"firstSlot\":0,\"lastSlot\":18446744073709551615}", "\"epoch\":18446744073709551615",
        "\"jsonrpc\":\"1.0\"", "18446744073709551615", "[[[[[[[[", "\"filters\":[\"tokenAccountState\"]", "\"encoding\":\"jsonParsed\"",
        "\"11111111111111111111111111111111\"", new string('1', 90),
    ];

    /// <summary>Every method that there is must do without an internal error whatever it is asked.</summary>
    [Fact]
    public async Task No_body_crashes_a_method_or_gets_a_malformed_answer()
    {
        var engine = new LedgerEngine(LocalLedger.Options(), new ManualTimeProvider());
        var failures = new RecordingLogger();
        var dispatcher = new JsonRpcDispatcher(LedgerMethods.CreateTable(engine, LocalLedger.Options()), failures);
        var supply = engine.Read((bank, _) => bank.TotalLamports + bank.FeesBurnt);

        for (var number = CaseNumbers.From; number < CaseNumbers.From + Cases; number++)
        {
            var body = NextBody(DeterministicRandom.ForStream(number, "rpc-fuzz"), engine);
            var output = new ArrayBufferWriter<byte>();
            await dispatcher.AnswerAsync(body, output, CancellationToken.None);
            var what = $"case {number}: {Encoding.UTF8.GetString(body)}";
            AssertWellFormed(output.WrittenMemory, what);
            Assert.True(failures.Exceptions.IsEmpty, $"{what}\n{failures.Exceptions.FirstOrDefault()}");
        }

        Assert.Equal(supply, engine.Read((bank, _) => bank.TotalLamports + bank.FeesBurnt));
    }

    private static byte[] NextBody(DeterministicRandom random, LedgerEngine engine)
    {
        if (random.Chance(1, 20))
        {
            return NextBytes(random, random.NextBelow(64));
        }

        var text = new StringBuilder(NextRequest(random, engine));
        for (var edits = random.NextBelow(4); edits > 0 && text.Length > 0; edits--)
        {
            var place = random.NextBelow(text.Length);
            switch (random.NextBelow(3))
            {
                case 0:
                    _ = text.Remove(place, Math.Min(1 + random.NextBelow(6), text.Length - place));
                    break;
                case 1:
                    _ = text.Insert(place, Fragments[random.NextBelow(Fragments.Length)]);
                    break;
                default:
                    text[place] = (char)(32 + random.NextBelow(95));
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string NextRequest(DeterministicRandom random, LedgerEngine engine)
    {
        var parameters = string.Join(',', Enumerable.Range(0, random.NextBelow(5)).Select(_ => NextParameter(random, engine)));
        var request = $$"""{"jsonrpc":"2.0","id":{{random.NextBelow(9)}},"method":"{{Methods[random.NextBelow(Methods.Length)]}}","params":[{{parameters}}]}""";
        return random.Chance(1, 10) ? $"[{request},{request}]" : request;
    }

    private static string NextParameter(DeterministicRandom random, LedgerEngine engine) => random.NextBelow(9) switch
    {
        0 => $"\"{LocalLedger.Faucet.PublicKey}\"",
        1 => $"\"{new Pubkey(new byte[32])}\"",
        2 => $"\"{Base58.Encode(NextBytes(random, 64))}\"",
        3 => random.NextBelow(300).ToString(),
        4 => $"[\"{new Pubkey(NextBytes(random, 32))}\"]",
        5 => $"\"{Convert.ToBase64String(NextTransaction(random, engine))}\"",
        6 => $"\"{Convert.ToBase64String(NextBytes(random, random.NextBelow(200)))}\"",
        7 => "null",
        _ => NextSettings(random),
    };

    private static string NextSettings(DeterministicRandom random)
    {
        string[] members =
        [
            "\"encoding\":\"base64\"", "\"encoding\":\"base64\"", "\"encoding\":\"base58\"", "\"encoding\":\"jsonParsed\"", "\"encoding\":\"base64+zstd\"",
            "\"commitment\":\"processed\"", "\"commitment\":\"confirmed\"", "\"minContextSlot\":0", "\"skipPreflight\":true", "\"sigVerify\":true",
            "\"replaceRecentBlockhash\":true", "\"round\":-1", "\"round\":3", "\"limit\":5", "\"dataSlice\":{\"offset\":1,\"length\":5}",
            "\"filters\":[{\"dataSize\":0},{\"memcmp\":{\"offset\":0,\"bytes\":\"5S\"}}]", "\"withContext\":true", "\"transactionDetails\":\"signatures\"",
            "\"transactionDetails\":\"accounts\"", "\"rewards\":false", "\"innerInstructions\":true", "\"filter\":\"circulating\"",
            "\"programId\":\"TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA\"", "\"epoch\":0", "\"range\":{\"firstSlot\":0}",
            "\"accounts\":{\"encoding\":\"jsonParsed\",\"addresses\":[\"11111111111111111111111111111111\"]}", "\"maxSupportedTransactionVersion\":0",
        ];
        return $"{{{string.Join(',', Enumerable.Range(0, random.NextBelow(4)).Select(_ => members[random.NextBelow(members.Length)]))}}}";
    }

    // Mostly real transfers, some of them damaged.
    private static byte[] NextTransaction(DeterministicRandom random, LedgerEngine engine)
    {
        var blockhash = engine.Read((bank, _) => bank.LatestBlock.Hash);
        var transfer = new SystemInstruction.Transfer(new Lamports(1_000_000 + random.NextBelow(1000UL)))
            .ToInstruction(LocalLedger.Faucet.PublicKey, LocalLedger.KeyOf("alice").PublicKey);
        var bytes = Transaction.Sign(LocalLedger.Faucet, blockhash, [transfer]).Serialize();
        if (random.Chance(1, 2))
        {
            bytes[random.NextBelow(bytes.Length)] ^= (byte)(1 + random.NextBelow(255));
        }

        return random.Chance(1, 4) ? bytes[..random.NextBelow(bytes.Length)] : bytes;
    }

    private static byte[] NextBytes(DeterministicRandom random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextBelow(256))];

    private static void AssertWellFormed(ReadOnlyMemory<byte> answer, string what)
    {
        if (answer.IsEmpty)
        {
            // A notification: the mutation took the id away.
            return;
        }

        using var document = JsonDocument.Parse(answer);
        var answers = document.RootElement.ValueKind is JsonValueKind.Array
            ? document.RootElement.EnumerateArray().ToArray()
            : [document.RootElement];
        foreach (var one in answers)
        {
            Assert.True(one.TryGetProperty("id", out _), what);
            Assert.Equal("2.0", one.GetProperty("jsonrpc").GetString());
            var hasError = one.TryGetProperty("error", out var error);
            Assert.True(hasError != one.TryGetProperty("result", out _), what);
            Assert.True(!hasError || (error.GetProperty("code").GetInt32() < 0 && error.GetProperty("message").GetString() is not null), what);
        }
    }

    private sealed class RecordingLogger : ILogger<JsonRpcDispatcher>
    {
        internal ConcurrentBag<Exception> Exceptions { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Exceptions.Add(exception ?? new InvalidOperationException(formatter(state, exception)));
    }
}
