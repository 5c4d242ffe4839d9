namespace Pond.Node;

/// <summary>How a round's work stands.</summary>
public enum WorkState
{
    /// <summary>The task was not asked.</summary>
    NotStarted = 0,

    /// <summary>The task is at it.</summary>
    Running = 1,

    /// <summary>The task's function returned.</summary>
    Done = 2,

    /// <summary>The task's last call failed; it is asked again while its round lasts, a few times.</summary>
    Failed = 3,
}
