namespace Pond.Node;

/// <summary>What kept a call to the task from being done.</summary>
public enum PhaseFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The task's function failed.</summary>
    Failed = 1,

    /// <summary>The call was given up after its last slot, and the task let go of it.</summary>
    TooSlow = 2,

    /// <summary>The call was given up after its last slot, and the task did not answer even that: it hangs.</summary>
    Hung = 3,

    /// <summary>The task's process ended during the call, or was not there to be called.</summary>
    NotRunning = 4,
}
