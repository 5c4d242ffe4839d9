using Microsoft.Extensions.Logging;

namespace Pond.Sdk.Hosting;

/// <summary>What libraries log goes into the task's log: warnings and errors to its errors.</summary>
internal sealed class TaskLoggerProvider(ITaskLog log) : ILoggerProvider
{
    /// <summary>Adds it; of the web server's own words only those that warn.</summary>
    internal static void AddTo(ILoggingBuilder logging, ITaskLog log) =>
        logging.AddFilter("Microsoft", LogLevel.Warning).AddProvider(new TaskLoggerProvider(log));

    public ILogger CreateLogger(string categoryName) => new TaskLogger(log, categoryName);

    public void Dispose()
    {
    }

    private sealed class TaskLogger(ITaskLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = $"{category}: {formatter(state, exception)}{(exception is null ? "" : $" {exception}")}";
            if (logLevel >= LogLevel.Warning)
            {
                log.Error(line);
            }
            else
            {
                log.Info(line);
            }
        }
    }
}
