namespace Pond.Server.Nodes.Routes;

/// <summary>What the routes of tasks may take of the node.</summary>
public sealed record TaskRoutesOptions
{
    /// <summary>The longest body of a request, in bytes. Default 16 MiB; the original's proxy takes 1 MB.</summary>
    public long MaxRequestBytes { get; init; } = 16 << 20;

    /// <summary>The longest body of an answer, in bytes; a longer one is cut off. Default 64 MiB.</summary>
    public long MaxAnswerBytes { get; init; } = 64 << 20;

    /// <summary>How long a task may take until its answer begins. Default 30 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a body or a WebSocket may be silent. Default 2 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many requests, WebSockets among them, one task answers at one time; the others are told to come back. Default 64.</summary>
    public int MaxParallelRequests { get; init; } = 64;
}
