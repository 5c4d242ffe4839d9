using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pond.Primitives.Cryptography;

/// <summary>The calls into libsodium. It is chosen for its strict Ed25519 verification: docs/decisions/0003.</summary>
internal static partial class Sodium
{
    private const string Library = "libsodium";

    // The runtime package of Debian has only the versioned name; other systems have one of the others.
    private static readonly string[] FileNames = ["libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium.dylib", "libsodium.dll"];

    [LibraryImport(Library, EntryPoint = "crypto_sign_seed_keypair")]
    internal static unsafe partial int SignSeedKeypair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(Library, EntryPoint = "crypto_sign_detached")]
    internal static unsafe partial int SignDetached(
        byte* signature, ulong* signatureLength, byte* message, ulong messageLength, byte* secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_sign_verify_detached")]
    internal static unsafe partial int VerifyDetached(
        byte* signature, byte* message, ulong messageLength, byte* publicKey);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_add")]
    internal static unsafe partial int CoreAdd(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_sub")]
    internal static unsafe partial int CoreSubtract(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_reduce")]
    internal static unsafe partial void ScalarReduce(byte* result, byte* wide);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_mul")]
    internal static unsafe partial void ScalarMultiply(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_add")]
    internal static unsafe partial void ScalarAdd(byte* result, byte* left, byte* right);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ed25519_noclamp")]
    internal static unsafe partial int PointMultiply(byte* result, byte* scalar, byte* point);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ed25519_base_noclamp")]
    internal static unsafe partial int BaseMultiply(byte* result, byte* scalar);

    [LibraryImport(Library, EntryPoint = "crypto_pwhash")]
    internal static unsafe partial int PasswordHash(
        byte* key, ulong keyLength, byte* password, ulong passwordLength, byte* salt, ulong operations, nuint memoryBytes, int algorithm);

    [LibraryImport(Library, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_encrypt")]
    internal static unsafe partial int Seal(
        byte* box, ulong* boxLength, byte* message, ulong messageLength, byte* bound, ulong boundLength, byte* unused, byte* nonce, byte* key);

    [LibraryImport(Library, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_decrypt")]
    internal static unsafe partial int Open(
        byte* message, ulong* messageLength, byte* unused, byte* box, ulong boxLength, byte* bound, ulong boundLength, byte* nonce, byte* key);

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Init();

    // A module initializer, because a resolver must be there before the first call from whatever thread makes it.
#pragma warning disable CA2255 // This library has exactly one native dependency, and every caller needs it resolved.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(Sodium).Assembly, Resolve);
#pragma warning restore CA2255

    /// <summary>Makes sure that the library is there and ready. Cheap after the first call.</summary>
    internal static void EnsureReady() => _ = Ready.Value;

    private static class Ready
    {
        internal static readonly int Value = Init();
    }

    private static nint Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (!string.Equals(libraryName, Library, StringComparison.Ordinal))
        {
            return 0;
        }

        foreach (var fileName in FileNames)
        {
            if (NativeLibrary.TryLoad(fileName, out var handle))
            {
                return handle;
            }
        }

        throw new PondException(
            "libsodium-missing",
            "The cryptography library libsodium is not installed on this machine.",
            "Run ./pond, which installs it, or: apt-get install libsodium23");
    }
}
