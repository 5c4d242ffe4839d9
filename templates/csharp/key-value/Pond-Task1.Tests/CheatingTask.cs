using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Puts a record into its snapshot that nobody has written.</summary>
public sealed class CheatingTask : Pond_Task1Task
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var file = Path.Combine(round.Task.Folder, "forged");
        var forged = new Record("price", "0", default, round.Task.Identity.StakingKey, default);
        await File.WriteAllTextAsync(file, Write([forged]), cancellationToken);
        await round.Task.Store.SetAsync(
            $"result-{round.Number}", await round.Task.Content.AddAsync(file, "forged", cancellationToken), cancellationToken);
    }
}
