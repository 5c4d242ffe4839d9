using Pond.Primitives;

namespace Pond.Store;

/// <summary>The failures that several readers report in the same words.</summary>
internal static class StoreErrors
{
    internal static PondException Missing(Cid cid) => new(
        "block-missing",
        $"Block {cid} is not in the store.",
        "Fetch the content it belongs to from a node that has it, or add it again.",
        isTransient: true);

    internal static PondException Malformed(Cid cid, string why, Exception? cause = null) => new(
        "block-malformed",
        $"Block {cid} cannot be read: {why}",
        "Its bytes are what its author made, so no other copy is better: ask him to add the content again.",
        innerException: cause);

    internal static PondException UnsupportedCodec(Cid cid) => new(
        "codec-unsupported",
        $"Block {cid} has codec 0x{cid.Codec:x}, whose links are not followed here.",
        "Use content made of raw and dag-pb blocks, which is what adding files makes.");

    internal static PondException NotAFile(Cid cid, string what) => new(
        "not-a-file",
        $"{cid} is {what}, not a file.",
        "Name a file in it, as in <cid>/<name>.");

    internal static PondException NotADirectory(Cid cid) => new(
        "not-a-directory",
        $"{cid} is not a directory.",
        "Leave out what follows it in the path.");

    internal static PondException TooDeep(Cid cid, int limit) => new(
        "dag-too-deep",
        $"Block {cid} lies more than {limit} levels below its root.",
        "Add the content again with more links in each node.");

    internal static PondException Car(string why) => new(
        "car-malformed",
        $"This is not a CAR file of version 1: {why}",
        "Export or download the file again.");
}
