namespace Pond.Sdk;

/// <summary>The task's key-value store: small texts that survive a restart of task, node and machine.</summary>
public interface ITaskStore
{
    /// <summary>A value; null if there is none.</summary>
    ValueTask<string?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Sets a value; null removes it. It is on disk when the call returns.</summary>
    ValueTask SetAsync(string key, string? value, CancellationToken cancellationToken);
}
