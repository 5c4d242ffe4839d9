using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pond.Simulation.Reports;

/// <summary>What happened, a line per event, as it is hashed: the same seed gives the same lines on every machine.</summary>
internal sealed class Trace(TextWriter? writer) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    /// <summary>How many lines there are.</summary>
    internal long Lines { get; private set; }

    /// <summary>Adds a line.</summary>
    /// <param name="now">When, in virtual time.</param>
    /// <param name="line">What; numbers and names alone, nothing that differs from machine to machine.</param>
    internal void Add(TimeSpan now, ref DefaultInterpolatedLine line)
    {
        Lines++;
        if (_used + line.MaxBytes + 32 > _buffer.Length)
        {
            Flush();
        }

        var start = _used;
        _ = now.Ticks.TryFormat(_buffer.AsSpan(_used), out var written, provider: CultureInfo.InvariantCulture);
        _used += written;
        _buffer[_used++] = (byte)' ';
        _used += line.CopyTo(_buffer.AsSpan(_used));
        _buffer[_used++] = (byte)'\n';
        writer?.Write(Encoding.UTF8.GetString(_buffer, start, _used - start));
    }

    /// <summary>The SHA-256 of all lines, in hexadecimal. Nothing is added after it.</summary>
    internal string Finish()
    {
        Flush();
        writer?.Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _used);
        _used = 0;
    }
}
