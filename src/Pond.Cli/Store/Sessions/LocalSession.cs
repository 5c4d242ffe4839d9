using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store.Sessions;

/// <summary>A store that this process has opened.</summary>
internal sealed class LocalSession(ContentStore store, TimeProvider timeProvider) : IStoreSession
{
    public IBlockStore Blocks => store.Blocks;

    public IReadOnlyCollection<Pin> Pins => store.Pins;

    public ImportedFolder Add(
        string path, UnixFsProfile profile, Func<Cid, Pin>? pin, Action<long> onBytes, CancellationToken cancellationToken)
    {
        using var writer = store.BeginAdd("");
        var imported = FolderImporter.Import(path, new CountingBlockStore(writer, onBytes), profile, cancellationToken);
        if (pin is null)
        {
            store.Blocks.Flush();
        }
        else
        {
            writer.Pin(pin(imported.Root));
        }

        return imported;
    }

    public CarImport Import(Stream car, long maxBytes, Func<Cid, Pin>? pin, Action<long> onBytes)
    {
        using var writer = store.BeginAdd("");
        var imported = CarFile.Import(car, new CountingBlockStore(writer, onBytes), maxBytes);
        store.Blocks.Flush();
        foreach (var root in pin is null ? [] : imported.Roots.Distinct())
        {
            writer.Pin(pin!(root));
        }

        return imported;
    }

    public Pin Pin(Pin pin) => store.Pin(pin);

    public bool Unpin(Pin pin) => store.Unpin(pin.Root, pin.Name);

    public (int ExpiredPins, SweptBlocks Swept) CollectGarbage(CancellationToken cancellationToken) =>
        (store.ReleaseExpired(timeProvider.GetUtcNow()).Count, store.CollectGarbage(cancellationToken));

    public StoreSummary Summarise() =>
        new(store.Folder, store.Blocks.Enumerate().LongCount(), store.Blocks.UsedBytes, store.Pins.Count);

    public StoreVerification Verify(bool repairs, Action<long> onChecked, CancellationToken cancellationToken) =>
        store.Verify(repairs, onChecked, cancellationToken);

    public void Dispose() => store.Dispose();
}
