using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>The content store: bytes by CID, from this node's store or from its peers. The node checks every byte against its CID.</summary>
public interface ITaskContent
{
    /// <summary>Adds a file or a folder of the task's folder and pins it.</summary>
    /// <param name="path">A path inside the task's folder, relative to it or full. Links are refused.</param>
    /// <param name="name">What the pin is called, such as <c>round 7</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The CID: of the file's bytes, or of the directory.</returns>
    ValueTask<string> AddAsync(string path, string name, CancellationToken cancellationToken);

    /// <summary>Opens a file from its start.</summary>
    /// <param name="path">A CID, or a CID and names of a path below it: <c>bafy.../7.segment</c>.</param>
    /// <param name="cancellationToken">Gives up, until the stream is opened.</param>
    /// <exception cref="PondException">
    /// <c>content-missing</c>: it is proven that the CID's directory has no such name. <c>content-unreachable</c>: nobody who was asked
    /// has it just now.
    /// </exception>
    ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken);

    /// <summary>Reads a range of a file's bytes.</summary>
    /// <param name="path">As for <see cref="OpenReadAsync"/>.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The bytes; fewer than asked for where the file ends before.</returns>
    /// <exception cref="PondException">As for <see cref="OpenReadAsync"/>.</exception>
    ValueTask<byte[]> ReadAsync(string path, long offset, int count, CancellationToken cancellationToken);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">As for <see cref="OpenReadAsync"/>.</param>
    /// <param name="maxBytes">The most that the caller wants in memory: what strangers have submitted can be of any size.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException">As for <see cref="OpenReadAsync"/>, and <c>content-too-large</c>.</exception>
    ValueTask<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken);
}
