using Pond.Primitives;
using Pond.Store.Dag;

namespace Pond.Store.Cars;

/// <summary>CAR files of version 1: a root and all its blocks in one stream.</summary>
public static class CarFile
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>Writes everything below a root, parents first and in the order of links, as Kubo's <c>dag export</c> does.</summary>
    /// <param name="store">Must have the whole DAG.</param>
    /// <param name="root">The only root in the header.</param>
    /// <param name="destination">Where the file goes.</param>
    /// <param name="repeats">Whether a block is written each time it is linked. That has no bound: see <see cref="DagWalk"/>.</param>
    /// <exception cref="PondException">A block is missing or malformed; what was written until then is no complete file.</exception>
    public static void Export(IBlockStore store, Cid root, Stream destination, bool repeats = false)
    {
        destination.Write(CarEncoder.Header([root]));
        var walk = new DagWalk(root, repeats);
        while (walk.Needed is { } cid)
        {
            var block = store.Read(cid);
            // A CID that holds its data needs no block, and no reader expects one.
            if (!cid.Hash.IsIdentity)
            {
                destination.Write(CarEncoder.SectionPrefix(cid, block.Length));
                destination.Write(block.Span);
            }

            walk.Supply(block);
        }
    }

    /// <summary>Puts the blocks of a CAR file into a store, each verified before.</summary>
    /// <param name="source">The file.</param>
    /// <param name="store">Where the blocks go. Those before a failure stay in it.</param>
    /// <param name="maxTotalBytes">How many bytes of blocks are taken at most.</param>
    /// <exception cref="PondException">
    /// <c>car-malformed</c>, <c>car-too-large</c>, what <see cref="Block.Verify"/> throws, or the store cannot be written.
    /// </exception>
    public static CarImport Import(Stream source, IBlockStore store, long maxTotalBytes)
    {
        var decoder = new CarDecoder();
        var buffer = new byte[ReadBytes];
        var count = 0;
        var total = 0L;
        int read;
        while ((read = source.Read(buffer)) > 0)
        {
            decoder.Append(buffer.AsSpan(0, read));
            while (decoder.TryRead(out var block))
            {
                count++;
                total += block.Data.Length;
                if (total > maxTotalBytes)
                {
                    throw new PondException(
                        "car-too-large",
                        $"The CAR file has more than {maxTotalBytes} bytes of blocks.",
                        "Raise the limit if you trust its author.");
                }

                store.Put(block);
            }
        }

        decoder.Complete();
        return new(decoder.Roots!, count, total);
    }
}
