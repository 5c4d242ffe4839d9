namespace Pond.Sdk.Testing;

/// <summary>A network did not do what a test expected of it. The message ends with the round's trace: what every node did, and what the ledger says.</summary>
public sealed class TaskNetworkException : Exception
{
    /// <summary>Says what was expected, and shows what happened.</summary>
    /// <param name="expectation">What was expected, as one sentence.</param>
    /// <param name="trace">What happened, line by line.</param>
    public TaskNetworkException(string expectation, string trace)
        : base($"{expectation}\n{trace}") => Trace = trace;

    /// <summary>What happened, line by line.</summary>
    public string Trace { get; }
}
