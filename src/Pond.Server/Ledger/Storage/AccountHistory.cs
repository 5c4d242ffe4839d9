namespace Pond.Server.Ledger.Storage;

/// <summary>
/// The transactions that name an account, oldest first. They come at the end and go at the front, each at a constant cost: the System program is
/// named by nearly every transaction there is.
/// </summary>
internal sealed class AccountHistory
{
    private const int MinDropped = 64;

    private readonly List<TransactionPlace> _places = [];
    private int _dropped;

    internal void Add(TransactionPlace place) => _places.Add(place);

    internal IEnumerable<TransactionPlace> NewestFirst()
    {
        for (var index = _places.Count - 1; index >= _dropped; index--)
        {
            yield return _places[index];
        }
    }

    /// <summary>Forgets the oldest of them.</summary>
    /// <returns>Whether others are left.</returns>
    internal bool DropOldest()
    {
        _places[_dropped++] = default;
        // Moved up when half of the list is empty, so each place is moved about once in its life.
        if (_dropped >= MinDropped && _dropped * 2 >= _places.Count)
        {
            _places.RemoveRange(0, _dropped);
            _dropped = 0;
        }

        return _places.Count > _dropped;
    }
}
