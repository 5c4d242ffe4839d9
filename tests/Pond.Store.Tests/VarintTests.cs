using System.Globalization;
using Pond.Testing;

namespace Pond.Store.Tests;

public sealed class VarintTests
{
    [Fact]
    public void Every_vector_is_written_and_read()
    {
        foreach (var vector in IpfsVectors.Section("varint").GetProperty("ok").EnumerateArray())
        {
            var value = ulong.Parse(vector.Text("n"), CultureInfo.InvariantCulture);
            var expected = vector.Bytes("hex");
            var bytes = new byte[Varint.SizeOf(value)];

            Assert.Equal(expected.Length, Varint.Write(bytes, value));
            Assert.Equal(expected, bytes);
            Assert.True(Varint.TryRead([.. expected, 0xFF], out var read, out var bytesRead));
            Assert.Equal((value, expected.Length), (read, bytesRead));
        }
    }

    [Fact]
    public void Forms_that_are_long_cut_off_or_too_large_are_refused()
    {
        foreach (var vector in IpfsVectors.Section("varint").GetProperty("reject").EnumerateArray())
        {
            Assert.False(Varint.TryRead(vector.Bytes("hex"), out _, out _), vector.Text("why"));
        }
    }

    [Fact]
    public void A_value_of_two_to_the_63_is_never_written() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Varint.Write(new byte[10], 1UL << 63));
}
