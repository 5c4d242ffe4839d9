using Pond.Sdk.Documents;

namespace Pond.Sdk;

/// <summary>What a task gets from its node, in small parts. Safe to use from several threads.</summary>
/// <remarks>
/// Every call that the node refuses or can't do throws a <see cref="Primitives.PondException"/> with the node's code,
/// message and fix; <see cref="Primitives.PondException.IsTransient"/> says whether trying again can help.
/// </remarks>
public interface ITaskContext
{
    /// <summary>Which task this is, and as whom this node takes part in it.</summary>
    ITaskIdentity Identity { get; }

    /// <summary>The ledger's time.</summary>
    ITaskClock Clock { get; }

    /// <summary>The machine's time, for measuring and waiting. Never decide by it what others are to decide equally: slots are for that.</summary>
    /// <remarks>In a simulation it is virtual. A task that reads the system's clock by another way can't be simulated faithfully.</remarks>
    TimeProvider Time { get; }

    /// <summary>Random numbers that nobody can foresee, new ones with every call. In a simulation its seed repeats them.</summary>
    /// <remarks>For keys take <see cref="System.Security.Cryptography.RandomNumberGenerator"/>, and for what auditors must repeat <see cref="RoundContext.GetAuditRandomAsync"/>.</remarks>
    /// <param name="purpose">What they are for, such as <c>retry</c>: streams of different purposes have nothing to do with each other.</param>
    Primitives.DeterministicRandom GetRandom(string purpose);

    /// <summary>What the ledger knows of the task and its rounds.</summary>
    ITaskState State { get; }

    /// <summary>Everything else that is on the ledger.</summary>
    ITaskLedger Ledger { get; }

    /// <summary>What a task says in its rounds: submissions, verdicts, lists.</summary>
    ITaskRounds Rounds { get; }

    /// <summary>Small values that survive a restart.</summary>
    ITaskStore Store { get; }

    /// <summary>JSON documents that survive a restart, found by their fields.</summary>
    ITaskDocuments Documents { get; }

    /// <summary>The content store: bytes by CID.</summary>
    ITaskContent Content { get; }

    /// <summary>Signing and verifying data.</summary>
    ITaskSigning Signing { get; }

    /// <summary>The same task on other nodes.</summary>
    ITaskPeers Peers { get; }

    /// <summary>The web, where the operator allows it.</summary>
    ITaskWeb Web { get; }

    /// <summary>Settings and secrets of the operator's.</summary>
    ITaskVariables Variables { get; }

    /// <summary>Lines for the task's log.</summary>
    ITaskLog Log { get; }

    /// <summary>The task's own folder, a full path: the only one in which it may write, and its working folder.</summary>
    string Folder { get; }
}
