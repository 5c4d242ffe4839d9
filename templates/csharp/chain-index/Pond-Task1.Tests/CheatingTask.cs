using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Indexes the first slot, and repeats it for all others.</summary>
public sealed class CheatingTask : Pond_Task1Task
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        if (await SlotsOfAsync(round, cancellationToken) is not { } slots)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(round.Task.Folder, $"cheat-{round.Number}")).FullName;
        var first = await IndexAsync(round.Task, slots.First, cancellationToken);
        for (var index = 0; index < slots.Count; index++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, NameOf(slots.First + (ulong)index)), first, cancellationToken);
        }

        await round.Task.Store.SetAsync(
            $"result-{round.Number}", await round.Task.Content.AddAsync(folder, "cheat", cancellationToken), cancellationToken);
    }
}
