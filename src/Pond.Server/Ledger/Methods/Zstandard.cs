using System.Runtime.InteropServices;
using Pond.Contracts.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>Compression with the system's libzstd, which every Debian has.</summary>
internal static unsafe partial class Zstandard
{
    private const string Library = "libzstd.so.1";
    private const int Level = 3;

    /// <summary>Compresses some bytes into one frame.</summary>
    /// <exception cref="RpcException">The library is missing.</exception>
    internal static byte[] Compress(ReadOnlySpan<byte> data)
    {
        try
        {
            var frame = new byte[checked((int)CompressBound((nuint)data.Length))];
            nuint written;
            fixed (byte* target = frame, source = data)
            {
                written = Compress(target, (nuint)frame.Length, source, (nuint)data.Length, Level);
            }

            // With room for the bound, only a failure gives a larger number: sizes near the end of the range are error codes.
            return written <= (nuint)frame.Length
                ? frame[..(int)written]
                : throw new InvalidOperationException($"libzstd failed with {written} on {data.Length} bytes.");
        }
        catch (DllNotFoundException)
        {
            throw new RpcException(
                RpcErrorCodes.InvalidRequest, "base64+zstd needs libzstd1, which the ledger's machine lacks; please use base64 encoding.");
        }
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_compressBound")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint CompressBound(nuint sourceSize);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint Compress(byte* target, nuint targetSize, byte* source, nuint sourceSize, int level);
}
