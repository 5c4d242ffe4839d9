using Pond.Primitives.Encoding;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests;

public sealed class CompactU16Tests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(0x7F, "7f")]
    [InlineData(0x80, "80 01")]
    [InlineData(0xFF, "ff 01")]
    [InlineData(0x100, "80 02")]
    [InlineData(0x7FFF, "ff ff 01")]
    [InlineData(0xFFFF, "ff ff 03")]
    public void Values_have_the_bytes_of_the_format(int value, string bytes)
    {
        Span<byte> buffer = stackalloc byte[CompactU16.MaxSizeBytes];

        Assert.Equal(Hex(bytes), buffer[..CompactU16.Write(buffer, value)].ToArray());
        Assert.Equal(Hex(bytes).Length, CompactU16.SizeOf(value));
    }

    [Fact]
    public void Every_value_is_read_back()
    {
        Span<byte> buffer = stackalloc byte[CompactU16.MaxSizeBytes];
        for (var value = 0; value <= ushort.MaxValue; value++)
        {
            var written = CompactU16.Write(buffer, value);

            Assert.True(CompactU16.TryRead(buffer, out var read, out var bytesRead));
            Assert.Equal(value, read);
            Assert.Equal(written, bytesRead);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("ff ff")]
    [InlineData("80 00")]
    [InlineData("ff 80 00")]
    [InlineData("80 80 04")]
    [InlineData("80 80 80 01")]
    public void Aliases_and_cut_or_oversized_forms_are_refused(string bytes) =>
        Assert.False(CompactU16.TryRead(Hex(bytes), out _, out _));
}
