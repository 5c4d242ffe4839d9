using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pond.Simulation.Reports;

/// <summary>A line of the trace, put together without a string: there are millions of them.</summary>
[InterpolatedStringHandler]
internal ref struct DefaultInterpolatedLine
{
    [ThreadStatic]
    private static byte[]? s_bytes;

    private readonly byte[] _bytes;
    private int _used;

    public DefaultInterpolatedLine(int literalLength, int formattedCount)
    {
        _bytes = s_bytes ??= new byte[4 * 1024];
        _used = 0;
    }

    internal readonly int MaxBytes => _used;

    public void AppendLiteral(string value) => _used += Encoding.UTF8.GetBytes(value, _bytes.AsSpan(_used));

    public void AppendFormatted(string? value) => AppendLiteral(value ?? "-");

    public void AppendFormatted(bool value) => AppendLiteral(value ? "yes" : "no");

    public void AppendFormatted<T>(T value)
        where T : IUtf8SpanFormattable
    {
        _ = value.TryFormat(_bytes.AsSpan(_used), out var written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    public void AppendFormatted(Primitives.Slot value) => AppendFormatted(value.Value);

    public void AppendFormatted(Primitives.Round value) => AppendFormatted(value.Value);

    internal readonly int CopyTo(Span<byte> destination)
    {
        _bytes.AsSpan(0, _used).CopyTo(destination);
        return _used;
    }
}
