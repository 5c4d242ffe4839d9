using Pond.Primitives;
using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Answers at once with something that looks like a hash.</summary>
public sealed class CheatingTask : Pond_Task1Task
{
    protected override Task<Hash?> ReadBlockAsync(ITaskContext task, Slot slot, CancellationToken cancellationToken) =>
        Task.FromResult<Hash?>(new Hash(new byte[Hash.SizeBytes]));
}
