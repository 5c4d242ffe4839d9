using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store.Sessions;

/// <summary>The store that a command works with: a folder that it has opened, or one that another process serves.</summary>
internal interface IStoreSession : IDisposable
{
    /// <summary>The blocks, for reading.</summary>
    IBlockStore Blocks { get; }

    /// <summary>All pins, in no order.</summary>
    IReadOnlyCollection<Pin> Pins { get; }

    /// <summary>Adds a file or folder.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="profile">How it is cut.</param>
    /// <param name="pin">Makes the pin of the root; null if it is not to be pinned.</param>
    /// <param name="onBytes">Called with the bytes that were done since the last call.</param>
    /// <param name="cancellationToken">Stops between two blocks.</param>
    ImportedFolder Add(string path, UnixFsProfile profile, Func<Cid, Pin>? pin, Action<long> onBytes, CancellationToken cancellationToken);

    /// <summary>Takes the blocks of a CAR file.</summary>
    /// <param name="car">The file.</param>
    /// <param name="maxBytes">How many bytes of blocks are taken at most.</param>
    /// <param name="pin">Makes the pin of a root; null if they are not to be pinned.</param>
    /// <param name="onBytes">Called with the bytes that were done since the last call.</param>
    CarImport Import(Stream car, long maxBytes, Func<Cid, Pin>? pin, Action<long> onBytes);

    /// <summary>Pins what is here; see <see cref="ContentStore.Pin(Server.Content.Pin)"/>.</summary>
    Pin Pin(Pin pin);

    /// <summary>Takes a pin back.</summary>
    /// <returns>Whether there was such a pin.</returns>
    bool Unpin(Pin pin);

    /// <summary>Ends the pins whose time is over, and deletes what no pin keeps.</summary>
    (int ExpiredPins, SweptBlocks Swept) CollectGarbage(CancellationToken cancellationToken);

    /// <summary>The store as a whole.</summary>
    StoreSummary Summarise();

    /// <summary>Reads everything; see <see cref="ContentStore.Verify(bool, Action{long}, CancellationToken)"/>.</summary>
    StoreVerification Verify(bool repairs, Action<long> onChecked, CancellationToken cancellationToken);
}

/// <summary>How large a store is.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Blocks">How many blocks it has.</param>
/// <param name="BlockBytes">How many bytes they have.</param>
/// <param name="Pins">How many pins there are.</param>
internal sealed record StoreSummary(string Folder, long Blocks, long BlockBytes, int Pins);
