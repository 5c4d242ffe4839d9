using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.Cars;
using Pond.Store.UnixFs;

namespace Pond.Cli.Bench;

/// <summary>The measurements of <c>pond bench store</c>. Each baseline does the same work with the system's means alone.</summary>
internal sealed class StoreBench(string folder, TimeProvider timeProvider, Action<string> onStep, Action<StoreBenchRow> onRow)
{
    private const int BufferBytes = 1024 * 1024;
    private const int SmallBlockBytes = 100;
    private const int Folders = 1024;

    // Making a million files takes many minutes on a slow disk, and each costs what the one before it did.
    private const int MaxPlainFiles = 100_000;
    private const long MaxMemoryBytes = 200_000_000;

    private readonly List<StoreBenchRow> _rows = [];

    internal async Task<StoreBenchReport> RunAsync(long fileBytes, int blocks, int runs, bool withPeers, CancellationToken cancellationToken)
    {
        var source = Path.Combine(folder, "source.bin");
        onStep($"writing a file of {fileBytes} bytes");
        WriteRandom(source, fileBytes);
        Report(MeasureAdd(source, fileBytes, runs, cancellationToken, out var store, out var root, out var added, out var addPeak));
        if (withPeers)
        {
            await MeasurePeersAsync(source, fileBytes, added, runs, cancellationToken);
        }

        using (store)
        {
            Report(await MeasureReadAsync(store, root, source, fileBytes, runs, cancellationToken));
            Report(Memory("memory to add it", addPeak));
            Report(Memory("memory to export it as a CAR", PeakOf("exporting", () => CarFile.Export(store.Blocks, root, Stream.Null))));
            File.Delete(source);
            Report(Memory("memory to write it out", PeakOf(
                "writing it out", () => FolderExporter.Export(store.Blocks, root, source, long.MaxValue, maxEntries: 1, cancellationToken))));
        }

        File.Delete(source);
        Directory.Delete(store.Folder, recursive: true);

        MeasureBlocks(blocks, cancellationToken);
        return new(Schema: 2, _rows);
    }

    private void Report(StoreBenchRow row)
    {
        _rows.Add(row);
        onRow(row);
    }

    private StoreBenchRow MeasureAdd(string source, long bytes, int runs, CancellationToken cancellationToken, out ContentStore store, out Cid root, out double bytesPerSecond, out long peakBytes)
    {
        var bare = new List<double>();
        var pond = new List<double>();
        store = null!;
        root = default;
        peakBytes = 0;
        for (var run = 0; run < runs; run++)
        {
            onStep($"adding, run {run + 1} of {runs}");
            bare.Add(bytes / timeProvider.Seconds(() => HashAndWrite(source, Path.Combine(folder, "bare.bin"))));
            File.Delete(Path.Combine(folder, "bare.bin"));
            store?.Dispose();
            var home = Path.Combine(folder, $"store-{run}");
            if (run > 0)
            {
                Directory.Delete(Path.Combine(folder, $"store-{run - 1}"), recursive: true);
            }

            var opened = new ContentStore(home);
            store = opened;
            var added = default(Cid);
            PeakMemory.Begin();
            pond.Add(bytes / timeProvider.Seconds(() =>
            {
                using var writer = opened.BeginAdd("");
                added = FolderImporter.Import(source, writer, UnixFsProfile.V1Of2025, cancellationToken).Root;
                writer.Pin(new Pin(added, "bench"));
            }));
            root = added;
            peakBytes = Math.Max(peakBytes, PeakMemory.Read());
        }

        bytesPerSecond = Measuring.Median(pond);
        return Rate("add a file, pinned and synced", bytesPerSecond, Measuring.Median(bare), least: 0.8);
    }

    private async Task MeasurePeersAsync(
        string source, long bytes, double pond, int runs, CancellationToken cancellationToken)
    {
        var peers = new StoreBenchPeers(Path.Combine(folder, "peers"));
        onStep("installing ipfs-car and js-ipfs from npm");
        await peers.InstallAsync(cancellationToken);
        var packed = new List<double>();
        var added = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            onStep($"ipfs-car and js-ipfs, run {run + 1} of {runs}");
            packed.Add(bytes / await timeProvider.SecondsAsync(() => peers.PackAsync(source, cancellationToken)));
            added.Add(bytes / await peers.AddAsync(source, cancellationToken));
        }

        Report(Rate("the same file by 'ipfs-car pack'", pond, Measuring.Median(packed), least: 1));
        Report(Rate("the same file by js-ipfs, 'add'", pond, Measuring.Median(added), least: 1));
    }

    private async Task<StoreBenchRow> MeasureReadAsync(
        ContentStore store, Cid root, string source, long bytes, int runs, CancellationToken cancellationToken)
    {
        await using var gateway = await ContentHost.StartAsync(store.Blocks, IPAddress.Loopback, port: 0, cancellationToken);
        await using var files = await ServeFileAsync(source, cancellationToken);
        var address = files.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var http = new HttpClient();
        var bare = new List<double>();
        var pond = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            onStep($"reading, run {run + 1} of {runs}");
            bare.Add(bytes / await timeProvider.SecondsAsync(() => DrainAsync(http, new Uri($"{address}/file"), bytes, cancellationToken)));
            pond.Add(bytes / await timeProvider.SecondsAsync(() => DrainAsync(http, new Uri(gateway.Endpoint, $"/ipfs/{root}"), bytes, cancellationToken)));
        }

        return Rate("read it through the gateway", Measuring.Median(pond), Measuring.Median(bare), least: 0.6);
    }

    private void MeasureBlocks(int count, CancellationToken cancellationToken)
    {
        var files = Math.Min(count, MaxPlainFiles);
        onStep(files == count ? $"{files} plain files" : $"{files} plain files, of whose times {(double)count / files:0.##} times as much counts");
        var plain = Path.Combine(folder, "plain");
        for (var index = 0; index < Folders; index++)
        {
            Directory.CreateDirectory(Path.Combine(plain, index.ToString(CultureInfo.InvariantCulture)));
        }

        var bytes = new byte[SmallBlockBytes];
        var bareWrite = timeProvider.Seconds(() =>
        {
            for (var index = 0; index < files; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                BitConverter.TryWriteBytes(bytes, index);
                File.WriteAllBytes(PlainPath(plain, index), bytes);
            }
        });
        var bareRead = timeProvider.Seconds(() =>
        {
            for (var index = 0; index < files; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                File.ReadAllBytes(PlainPath(plain, index));
            }
        });
        Directory.Delete(plain, recursive: true);

        onStep($"{count} blocks");
        using var store = new DiskBlockStore(Path.Combine(folder, "blocks"));
        var hashes = new Multihash[count];
        var write = timeProvider.Seconds(() =>
        {
            using var hold = store.Hold();
            for (var index = 0; index < count; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                BitConverter.TryWriteBytes(bytes, index);
                var block = Block.Create(cidVersion: 1, Multicodec.Raw, bytes);
                store.Put(block);
                hashes[index] = block.Cid.Hash;
            }

            store.Flush();
        });
        Report(Times("put small blocks, synced", write, bareWrite * count / files));
        var read = timeProvider.Seconds(() =>
        {
            foreach (var hash in hashes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                store.TryGet(hash, out _);
            }
        });

        Report(Times("get small blocks, verified", read, bareRead * count / files));

        onStep("collecting half of them");
        var kept = hashes.Where((_, index) => index % 2 == 0).ToHashSet();
        var collect = timeProvider.Seconds(() => store.Sweep(() => kept, cancellationToken));
        Report(new($"collect {count - kept.Count} of {count} blocks", Text(collect), "-", Text(collect), "< 30 s", collect < 30));
    }

    private long PeakOf(string step, Action work)
    {
        onStep(step);
        PeakMemory.Begin();
        work();
        return PeakMemory.Read();
    }

    private static StoreBenchRow Memory(string name, long bytes) => new(
        name, $"{bytes / 1_000_000} MB", "-", $"{bytes / 1_000_000} MB", $"< {MaxMemoryBytes / 1_000_000} MB", bytes < MaxMemoryBytes);

    private static string PlainPath(string folder, int index) =>
        Path.Combine(folder, (index % Folders).ToString(CultureInfo.InvariantCulture), index.ToString(CultureInfo.InvariantCulture));

    private static void WriteRandom(string path, long bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[BufferBytes];
        while (bytes > 0)
        {
            RandomNumberGenerator.Fill(buffer);
            var count = (int)Math.Min(bytes, buffer.Length);
            file.Write(buffer.AsSpan(0, count));
            bytes -= count;
        }

        file.Flush(flushToDisk: true);
    }

    private static void HashAndWrite(string source, string target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var input = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = input.Read(buffer)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            output.Write(buffer.AsSpan(0, read));
        }

        hash.GetHashAndReset();
        output.Flush(flushToDisk: true);
    }

    private static async Task<WebApplication> ServeFileAsync(string path, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentLength = new FileInfo(path).Length;
            return context.Response.SendFileAsync(path, context.RequestAborted);
        });
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static async Task DrainAsync(HttpClient http, Uri address, long bytes, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[256 * 1024];
        var total = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            total += read;
        }

        if (total != bytes)
        {
            throw new InvalidDataException($"{address} sent {total} bytes instead of {bytes}.");
        }
    }

    private static StoreBenchRow Rate(string name, double pond, double bare, double least) => new(
        name, Speed(pond), Speed(bare), string.Create(CultureInfo.InvariantCulture, $"{pond / bare * 100:0} %"),
        string.Create(CultureInfo.InvariantCulture, $">= {least * 100:0} %"), pond / bare >= least);

    private static StoreBenchRow Times(string name, double pond, double bare) => new(
        name, Text(pond), Text(bare), string.Create(CultureInfo.InvariantCulture, $"{pond / bare:0.00} times"), "<= 3 times", pond / bare <= 3);

    private static string Speed(double bytesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond / 1e6:0} MB/s");

    private static string Text(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
}
