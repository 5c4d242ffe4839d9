using System.Buffers.Binary;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Tests.Tasks.Escape;

/// <summary>The filter, run by an interpreter of its own: what the kernel does with it the attacks show.</summary>
public sealed class SystemCallFilterTests
{
    private const uint Allow = 0x7FFF0000;

    [Theory]
    [InlineData(0, Allow)] // read
    [InlineData(59, Allow)] // execve
    [InlineData(462, Allow)] // mseal: the newest that was judged
    [InlineData(463, 0x50026)]
    [InlineData(0x4000_0000, 0x50026)] // x32
    [InlineData(101, 0x50001)] // ptrace
    [InlineData(435, 0x50026)] // clone3
    public void Each_number_has_its_answer(uint number, uint answer) => Assert.Equal(answer, Run(number));

    [Theory]
    [InlineData(1, 1, 0, Allow)]
    [InlineData(1, 2, 0, Allow)]
    [InlineData(1, 5, 0, Allow)]
    [InlineData(2, 0x80801, 6, Allow)] // with the flags of a socket that does not wait and is not inherited
    [InlineData(10, 2, 17, Allow)]
    [InlineData(2, 3, 0, 0x50001)]
    [InlineData(2, 1, 132, 0x5005D)]
    [InlineData(16, 3, 0, 0x50026)]
    [InlineData(17, 3, 0, 0x50061)]
    [InlineData(40, 1, 0, 0x50061)]
    public void Sockets_are_those_of_the_internet_and_of_the_box(uint family, uint type, uint protocol, uint answer) =>
        Assert.Equal(answer, Run(41, family, type, protocol));

    [Theory]
    [InlineData(56, 0x3D0F00, Allow)] // a thread
    [InlineData(56, 0x10000011, 0x50001)]
    [InlineData(56, 0x40000011, 0x50001)]
    [InlineData(135, 0xFFFFFFFF, Allow)]
    [InlineData(135, 0x40000, 0x50001)]
    [InlineData(157, 1, 0x50001)]
    [InlineData(157, 15, Allow)] // naming a thread
    public void Calls_are_judged_by_their_first_argument(uint number, uint first, uint answer) => Assert.Equal(answer, Run(number, first));

    [Fact]
    public void Another_architecture_ends_the_process() => Assert.Equal(0x80000000, Run(0, architecture: 0x40000003));

    private static uint Run(uint number, uint first = 0, uint second = 0, uint third = 0, uint architecture = 0xC000003E)
    {
        if (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture is not System.Runtime.InteropServices.Architecture.X64)
        {
            throw new PlatformNotSupportedException("The numbers here are those of x64.");
        }

        var program = SystemCallFilter.Build();
        uint accumulator = 0;
        for (var at = 0; ; at += 8)
        {
            var (code, value) = (BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(at)), BinaryPrimitives.ReadUInt32LittleEndian(program.AsSpan(at + 4)));
            var (ifTrue, ifFalse) = (program[at + 2], program[at + 3]);
            switch (code)
            {
                case 0x20:
                    accumulator = value switch { 0 => number, 4 => architecture, 16 => first, 24 => second, 32 => third, _ => throw new InvalidOperationException($"No word at {value}.") };
                    break;
                case 0x54:
                    accumulator &= value;
                    break;
                case 0x15:
                    at += 8 * (accumulator == value ? ifTrue : ifFalse);
                    break;
                case 0x25:
                    at += 8 * (accumulator > value ? ifTrue : ifFalse);
                    break;
                case 0x45:
                    at += 8 * ((accumulator & value) != 0 ? ifTrue : ifFalse);
                    break;
                case 0x06:
                    return value;
                default:
                    throw new InvalidOperationException($"No instruction {code}.");
            }
        }
    }
}
