namespace Pond.Server.Nodes;

/// <summary>Whether a node's task runs.</summary>
public enum TaskState
{
    /// <summary>It is being started, for the first time or again.</summary>
    Starting = 0,

    /// <summary>It runs.</summary>
    Running = 1,

    /// <summary>It ended, and waits for its next start.</summary>
    Waiting = 2,

    /// <summary>It ended too often; it is not started again.</summary>
    Failed = 3,

    /// <summary>It runs and answers nothing. It is started again at the latest when its phase's time is over.</summary>
    Silent = 4,
}
