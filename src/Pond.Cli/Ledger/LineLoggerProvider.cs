using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Ledger;

/// <summary>Writes each log entry as one line on stderr: as text for people, or as JSON with its fields.</summary>
internal sealed class LineLoggerProvider(Terminals terminals, TimeProvider time, bool isJson) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new LineLogger(this);

    public void Dispose()
    {
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            StoreOutput.Notice(terminals, line);
        }
    }

    private sealed class LineLogger(LineLoggerProvider owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var now = owner.Now();
            var text = StoreOutput.Harmless(formatter(state, exception));
            owner.Write(owner.IsJson
                ? ToJson(now, logLevel, eventId, text, state, exception)
                : $"{now} {LevelName(logLevel)} {text}{(exception is null || logLevel < LogLevel.Error ? "" : $" ({exception.GetType().Name})")}");
        }

        private static string ToJson<TState>(string now, LogLevel level, EventId eventId, string text, TState state, Exception? exception)
        {
            var fields = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["time"] = now,
                ["level"] = LevelName(level),
                ["event"] = eventId.Id,
                ["message"] = text,
            };
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                if (name is not "{OriginalFormat}")
                {
                    fields[JsonNamingPolicy.CamelCase.ConvertName(name)] =
                        value is long or ulong or int or bool ? value : Convert.ToString(value, CultureInfo.InvariantCulture);
                }
            }

            if (exception is not null)
            {
                fields["exception"] = exception.ToString();
            }

            return JsonSerializer.Serialize(fields);
        }

        private static string LevelName(LogLevel level) => level switch
        {
            LogLevel.Critical => "critical",
            LogLevel.Error => "error",
            LogLevel.Warning => "warning",
            _ => "info",
        };
    }

    private bool IsJson => isJson;

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
