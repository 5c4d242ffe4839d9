using System.Collections.Immutable;

namespace Pond.Ledger.Tasks;

/// <summary>
/// The last images that were rendered. One is served again as long as the state that it shows is the same object: states are immutable, so
/// their bytes are the same too. What nobody asks for any more makes room first.
/// </summary>
internal sealed class ImageCache
{
    /// <summary>What all images together may take; a single longer one is kept alone. A round of 50,000 nodes takes some seven million bytes.</summary>
    internal const long MaxSizeBytes = 128 << 20;

    private readonly Dictionary<ImageKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private long _sizeBytes;

    /// <summary>How many images are kept.</summary>
    internal int Count => _entries.Count;

    /// <summary>The image, rendered now if it is not at hand.</summary>
    /// <param name="key">Which image.</param>
    /// <param name="state">What it shows: the same object, the same bytes.</param>
    /// <param name="render">Renders it; null if there is nothing to show, which is not kept.</param>
    internal ImmutableArray<byte>? Get(ImageKey key, object state, Func<ImmutableArray<byte>?> render)
    {
        if (_entries.TryGetValue(key, out var node))
        {
            _byUse.Remove(node);
            if (ReferenceEquals(node.Value.State, state))
            {
                _byUse.AddLast(node);
                return node.Value.Image;
            }

            Forget(node.Value);
        }

        if (render() is not { } image)
        {
            return null;
        }

        _sizeBytes += image.Length;
        while (_sizeBytes > MaxSizeBytes && _byUse.First is { } oldest)
        {
            _byUse.RemoveFirst();
            Forget(oldest.Value);
        }

        _entries[key] = _byUse.AddLast(new Entry(key, state, image));
        return image;
    }

    /// <summary>Forgets all of them.</summary>
    internal void Clear()
    {
        _entries.Clear();
        _byUse.Clear();
        _sizeBytes = 0;
    }

    private void Forget(Entry entry)
    {
        _entries.Remove(entry.Key);
        _sizeBytes -= entry.Image.Length;
    }

    private sealed record Entry(ImageKey Key, object State, ImmutableArray<byte> Image);
}

/// <summary>Names an image.</summary>
/// <param name="Task">The task.</param>
/// <param name="Kind">Which of the texts about it.</param>
/// <param name="Round">The round; null for the whole task.</param>
internal readonly record struct ImageKey(Pubkey Task, ImageKind Kind, Round? Round);

/// <summary>The texts about a task that are kept.</summary>
internal enum ImageKind
{
    /// <summary>The account.</summary>
    Account,

    /// <summary>Submissions and their triggers.</summary>
    Submissions,

    /// <summary>Lists, their triggers and records.</summary>
    Distributions,
}
