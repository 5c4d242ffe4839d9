using System.Security.Cryptography;
using Pond.Primitives;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>A program that lies on Arweave: one file, named by a transaction.</summary>
/// <remarks>
/// Its name is no hash of its content, so a gateway could send anything. What came the first time is remembered by its hash: nothing else
/// is ever run under that name, and it is hashed again before each start. So the operator trusts his gateway once.
/// </remarks>
internal sealed class ArweaveBundle
{
    private const int IdLength = 43;
    private const int MaxBytes = 64 << 20;
    private const string PinPrefix = "node:arweave:";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _id;
    private readonly string _file;
    private readonly string _folder;
    private readonly string _hash;

    private ArweaveBundle(string id, string file, string folder, string hash) => (_id, _file, _folder, _hash) = (id, file, folder, hash);

    /// <summary>Gets the program, from the disk or from the gateway.</summary>
    /// <param name="gateway">Such as <c>https://arweave.net</c>; null where the operator trusts none.</param>
    /// <param name="id">The transaction.</param>
    /// <param name="database">Remembers the hash.</param>
    /// <param name="folder">Where programs lie.</param>
    /// <param name="time">Bounds the wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>bundle-unverifiable</c>, <c>bundle-invalid</c>, <c>bundle-changed</c> or <c>bundle-unreachable</c>.</exception>
    internal static async Task<ArweaveBundle> FetchAsync(
        Uri? gateway, string id, NodeDatabase database, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (gateway is null)
        {
            throw new PondException(
                "bundle-unverifiable",
                $"The task's executable '{id}' lies on Arweave, where nothing proves that a gateway sends the right one.",
                "Name a gateway that you trust in the node's settings, or run tasks whose executable has a CID.");
        }

        if (id.Length != IdLength || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
        {
            throw new PondException("bundle-invalid", $"The task's executable '{id}' is no transaction of Arweave.", "Ask the task's creator.");
        }

        var file = Path.Combine(folder, $"arweave-{id}.js");
        var pin = database.GetValue(PinPrefix + id);
        if (pin is null || !File.Exists(file) || Hash(await File.ReadAllBytesAsync(file, cancellationToken)) != pin)
        {
            var bytes = await DownloadAsync(new Uri($"{gateway.ToString().TrimEnd('/')}/{id}"), time, cancellationToken);
            if (pin is not null && Hash(bytes) != pin)
            {
                throw Changed(id);
            }

            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(file, bytes, cancellationToken);
            pin ??= Hash(bytes);
            database.SetValue(PinPrefix + id, pin);
        }

        return new(id, file, Path.Combine(folder, $"arweave-{id}"), pin);
    }

    /// <summary>Writes the program out, over whatever lies there.</summary>
    /// <exception cref="PondException"><c>bundle-changed</c>: the file is not what it was.</exception>
    internal string Export()
    {
        var bytes = File.ReadAllBytes(_file);
        if (Hash(bytes) != _hash)
        {
            throw Changed(_id);
        }

        Directory.CreateDirectory(_folder);
        File.WriteAllBytes(Path.Combine(_folder, BundleProgram.JavaScriptEntry), bytes);
        Tasks.JavaScript.JavaScriptModules.MarkAsCommon(Path.GetDirectoryName(_folder)!);
        return _folder;
    }

    private static async Task<byte[]> DownloadAsync(Uri address, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var http = new HttpClient { MaxResponseContentBufferSize = MaxBytes, Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            var bytes = await http.GetByteArrayAsync(address, either.Token);
            // Gateways that have nothing send a page that says so.
            return bytes is [] or [(byte)'<', ..]
                ? throw new PondException("bundle-unreachable", $"{address} is no program.", "Try again later, or use another gateway.", isTransient: true)
                : bytes;
        }
        catch (Exception exception) when (exception is HttpRequestException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new PondException(
                "bundle-unreachable",
                $"The task's executable can't be had from {address}: {exception.Message}",
                "Try again later, or use another gateway.",
                isTransient: true,
                exception);
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static PondException Changed(string id) => new(
        "bundle-changed",
        $"The executable {id} is not the one that this node ran before.",
        "Use another gateway. If the first one lied, begin with an empty data folder.");
}
