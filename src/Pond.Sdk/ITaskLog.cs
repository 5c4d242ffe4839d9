namespace Pond.Sdk;

/// <summary>The task's log. Lines appear in the node's <c>task.log</c> and in its live view.</summary>
public interface ITaskLog
{
    /// <summary>A line about ordinary work.</summary>
    void Info(string message);

    /// <summary>A line about something that went wrong.</summary>
    void Error(string message);

    /// <summary>Tells the operator something that he should see although he reads no log.</summary>
    ValueTask NotifyAsync(NoticeLevel level, string message, CancellationToken cancellationToken);
}

/// <summary>How much a notice matters.</summary>
public enum NoticeLevel
{
    /// <summary>Good to know.</summary>
    Log = 0,

    /// <summary>Will need attention.</summary>
    Warn = 1,

    /// <summary>Needs attention now.</summary>
    Error = 2,
}
