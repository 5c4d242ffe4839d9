using System.Collections.Immutable;

namespace Pond.Ledger.Programs;

/// <summary>A transaction's log lines, cut off at 10,000 bytes as K2 does.</summary>
internal sealed class TransactionLog
{
    private const int MaxSizeBytes = 10_000;

    private readonly List<string> _lines = [];
    private int _sizeBytes;
    private bool _isTruncated;

    internal ImmutableArray<string> Lines => [.. _lines];

    internal void Add(string line)
    {
        if (_isTruncated)
        {
            return;
        }

        _sizeBytes += System.Text.Encoding.UTF8.GetByteCount(line);
        if (_sizeBytes > MaxSizeBytes)
        {
            _isTruncated = true;
            _lines.Add("Log truncated");
            return;
        }

        _lines.Add(line);
    }
}
