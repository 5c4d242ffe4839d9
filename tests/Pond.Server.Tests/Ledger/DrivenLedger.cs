using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger;
using Pond.Server.Ledger.Methods;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Tests.Ledger;

/// <summary>A ledger whose slots pass when the test says so, and its interface without a socket. The same calls give the same answers.</summary>
internal sealed class DrivenLedger : IAsyncDisposable
{
    private readonly JumpingTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ChannelReader<Block> _blocks;
    private readonly JsonRpcDispatcher _dispatcher;
    private readonly RecordingLogger _failures = new();
    private readonly Task _running;

    internal DrivenLedger(LedgerHostOptions? options = null)
    {
        // What a timer releases then runs inside the jump that fires it, and the test has one thread.
        SynchronizationContext.SetSynchronizationContext(null);
        Options = options ?? LocalLedger.Options();
        Engine = new LedgerEngine(Options, _time);
        _blocks = Engine.Blocks.Listen();
        _dispatcher = new JsonRpcDispatcher(LedgerMethods.CreateTable(Engine, Options), _failures);
        _running = Engine.RunAsync(_stop.Token);
    }

    internal LedgerHostOptions Options { get; }

    internal LedgerEngine Engine { get; }

    /// <summary>What a method threw without meaning to.</summary>
    internal Exception? Failure => _failures.Exceptions.FirstOrDefault();

    /// <summary>Ends the open slot and opens a later one.</summary>
    /// <param name="slots">How many slots later; those between have no block.</param>
    internal async Task<Block> SealAsync(int slots = 1)
    {
        _time.Jump(Options.Genesis.SlotDuration * slots);
        return await _blocks.ReadAsync(_stop.Token);
    }

    /// <summary>Signs with the newest blockhash and runs it in the open slot, without a trial.</summary>
    internal Transaction Run(Keypair payer, params ImmutableArray<Instruction> instructions) => Run(payer, instructions, []);

    internal Transaction Run(Keypair payer, ImmutableArray<Instruction> instructions, Keypair[] otherSigners)
    {
        var transaction = Sign(payer, instructions, otherSigners);
        Assert.Null(Engine.Submit(transaction, skipPreflight: true));
        return transaction;
    }

    internal Transaction Sign(Keypair payer, ImmutableArray<Instruction> instructions, params Keypair[] otherSigners) =>
        Transaction.Sign(payer, Engine.Read((bank, _) => bank.LatestBlock.Hash), instructions, otherSigners);

    internal void Fund(Pubkey account, Lamports amount) => Assert.True(Engine.Airdrop(LocalLedger.Faucet, account, amount).IsSuccess);

    /// <summary>The answer to a body, as text.</summary>
    internal async Task<string> AnswerAsync(string body)
    {
        var output = new ArrayBufferWriter<byte>();
        await _dispatcher.AnswerAsync(Encoding.UTF8.GetBytes(body), output, _stop.Token);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The result or the error of a call, as compact JSON.</summary>
    internal async Task<string> CallAsync(string method, string parameters = "[]")
    {
        var answer = await AnswerAsync($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{{parameters}}}""");
        using var document = JsonDocument.Parse(answer);
        Assert.Null(Failure);
        return document.RootElement.TryGetProperty("result", out var result)
            ? result.GetRawText()
            : document.RootElement.GetProperty("error").GetRawText();
    }

    /// <summary>The value of a call's answer, without its context.</summary>
    internal async Task<string> ValueAsync(string method, string parameters = "[]")
    {
        var answer = await CallAsync(method, parameters);
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.TryGetProperty("value", out var value) ? value.GetRawText() : answer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private sealed class RecordingLogger : ILogger<JsonRpcDispatcher>
    {
        internal ConcurrentQueue<Exception> Exceptions { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Exceptions.Enqueue(exception ?? new InvalidOperationException(formatter(state, exception)));
    }
}
