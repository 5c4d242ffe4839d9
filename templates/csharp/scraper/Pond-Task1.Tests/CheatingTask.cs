using Pond.Sdk;

namespace Pond_Task1.Tests;

/// <summary>Invents what the page says.</summary>
public sealed class CheatingTask : Pond_Task1Task
{
    public override async Task ExecuteAsync(RoundContext round, CancellationToken cancellationToken)
    {
        var file = Path.Combine(round.Task.Folder, "invented.json");
        await File.WriteAllBytesAsync(file, new PageFacts(UrlOf(round.Task), "Invented", 1, "00").ToJson(), cancellationToken);
        var cid = await round.Task.Content.AddAsync(file, "invented", cancellationToken);
        await round.Task.Store.SetAsync($"result-{round.Number}", cid, cancellationToken);
    }
}
