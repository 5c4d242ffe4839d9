using Pond.Primitives;

namespace Pond.Node.Tests;

/// <summary>Keys as tests name them. Nobody can sign for them; a core never signs.</summary>
internal static class Keys
{
    internal static readonly Pubkey Me = Of(1);
    internal static readonly Pubkey Ann = Of(2);
    internal static readonly Pubkey Ben = Of(3);
    internal static readonly Pubkey Cid = Of(4);
    internal static readonly Pubkey Dot = Of(5);

    internal static Pubkey Of(int number)
    {
        var bytes = new byte[Pubkey.SizeBytes];
        bytes[0] = checked((byte)number);
        return new Pubkey(bytes);
    }
}
