namespace Pond.Node;

/// <summary>Why a run of a task has ended.</summary>
public enum RunEnd
{
    /// <summary>The process ended, or could not be started.</summary>
    Ended = 0,

    /// <summary>The process said by its end that it is broken, as a bundle does by exit code 1.</summary>
    Broken = 1,

    /// <summary>It hung, and was ended.</summary>
    Hung = 2,

    /// <summary>It did nothing, and was ended. How often that is done, is decided by whoever does it.</summary>
    Idle = 3,
}
