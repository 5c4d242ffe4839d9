using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pond.Server.Content;

/// <summary>Tells files from pipes, sockets and devices, whose bytes may never end or never come.</summary>
internal static partial class SpecialFiles
{
    // statx of Linux, whose answer has one layout on all processors: the mode lies 28 bytes in, in 16 bits.
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;
    private const int AnswerBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int Link = 0xA000;

    /// <summary>Whether there is something at a path that is neither file nor folder nor link. Always false outside of Linux.</summary>
    internal static bool IsSpecial(string path, bool followLinks)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> answer = stackalloc byte[AnswerBytes];
        if (Stat(CurrentFolder, path, followLinks ? 0 : NoFollow, TypeOnly, answer) != 0)
        {
            // What is wrong with it, whoever opens it says.
            return false;
        }

        var mode = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReadUInt16LittleEndian(answer[ModeOffset..])
            : BinaryPrimitives.ReadUInt16BigEndian(answer[ModeOffset..]);
        return (mode & TypeMask) is not (Folder or Regular or Link);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(int folder, string path, int flags, uint mask, Span<byte> answer);
}
