using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Cli.Bench;

/// <summary>LiteSVM at the same transfers, raw bytes in and signatures checked: Solana's own runtime in a process, installed from npm for that time.</summary>
internal sealed class LiteSvmPeer(int transfers, Action<string> onStep)
{
    private const string Version = "1.5.0";
    private const double LeastTimes = 1.5;

    // The native class below the library's own takes the bytes as they are; the public one first decodes them into objects.
    private const string Script = """
        import { createInterface } from 'node:readline'
        import { LiteSVM } from 'litesvm'
        import { address, lamports } from '@solana/kit'

        const svm = new LiteSVM().withSigverify(true).withBlockhashCheck(true).withTransactionHistory(1_000_000n)
        const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
        const payers = Number((await lines.next()).value)
        for (let i = 0; i < payers; i++) svm.airdrop(address((await lines.next()).value), lamports(10_000_000_000n))
        console.log(svm.latestBlockhash())
        const raw = []
        for (let i = 0; i < payers; i++) raw.push(new Uint8Array(Buffer.from((await lines.next()).value, 'base64')))
        const start = process.hrtime.bigint()
        let failed = 0
        for (const bytes of raw) { if (typeof svm.inner.sendLegacyTransaction(bytes).err === 'function') failed++ }
        console.log(Number(process.hrtime.bigint() - start) / 1e9, failed)
        """;

    /// <summary>Compares what Pond reached, per second.</summary>
    internal async Task<BenchRow> CompareAsync(double pond, CancellationToken cancellationToken)
    {
        onStep($"{transfers} transfers in LiteSVM {Version}");
        var folder = Directory.CreateTempSubdirectory("pond-bench-litesvm-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "package.json"), """{"private":true,"type":"module"}""", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "measure.mjs"), Script, cancellationToken);
            using var install = Start("npm", folder.FullName, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", $"litesvm@{Version}", "@solana/kit@8.4.0");
            var complaint = await install.StandardOutput.ReadToEndAsync(cancellationToken);
            await install.WaitForExitAsync(cancellationToken);
            if (install.ExitCode != 0)
            {
                return Missing($"npm could not install it: {complaint}");
            }

            var rate = await MeasureAsync(folder.FullName, cancellationToken);
            return new BenchRow(
                $"the same beside LiteSVM {Version}",
                string.Create(CultureInfo.InvariantCulture, $"{pond:#,0}/s, {pond / rate:0.0} times"),
                string.Create(CultureInfo.InvariantCulture, $"{rate:#,0}/s LiteSVM"),
                string.Create(CultureInfo.InvariantCulture, $">= {LeastTimes:0.0} times"),
                pond / rate >= LeastTimes);
        }
        catch (Win32Exception exception)
        {
            return Missing($"Node.js is not installed: {exception.Message}");
        }
        catch (InvalidDataException exception)
        {
            return Missing(exception.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchRow Missing(string why) => new(
        $"the same beside LiteSVM {Version}", "-", $"missing: {why.ReplaceLineEndings(" ").Trim()}", string.Create(CultureInfo.InvariantCulture, $">= {LeastTimes:0.0} times"), IsReached: false);

    private async Task<double> MeasureAsync(string folder, CancellationToken cancellationToken)
    {
        using var process = Start("node", folder, "measure.mjs");
        try
        {
            var keys = Enumerable.Range(1, transfers).Select(KeyOf).ToArray();
            await process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{transfers}").AsMemory(), cancellationToken);
            await process.StandardInput.WriteLineAsync(new StringBuilder().AppendJoin('\n', keys.Select(key => key.PublicKey)), cancellationToken);
            var blockhash = Hash.Parse(await ReadAsync(process, cancellationToken));
            for (var index = 0; index < keys.Length; index++)
            {
                var transfer = new SystemInstruction.Transfer(new Lamports(2)).ToInstruction(keys[index].PublicKey, keys[(index + 1) % keys.Length].PublicKey);
                var line = Convert.ToBase64String(Transaction.Sign(keys[index], blockhash, [transfer]).Serialize());
                await process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
            }

            var words = (await ReadAsync(process, cancellationToken)).Split(' ');
            return words[1] == "0"
                ? transfers / double.Parse(words[0], CultureInfo.InvariantCulture)
                : throw new InvalidDataException($"{words[1]} of {transfers} transfers failed in it.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static async Task<string> ReadAsync(Process process, CancellationToken cancellationToken) =>
        await process.StandardOutput.ReadLineAsync(cancellationToken)
        ?? throw new InvalidDataException($"it ended: {await process.StandardError.ReadToEndAsync(cancellationToken)}");

    private static Keypair KeyOf(int number)
    {
        var seed = new byte[Keypair.SeedSizeBytes];
        BitConverter.TryWriteBytes(seed, number);
        return Keypair.FromSeed(seed);
    }

    private static Process Start(string program, string folder, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
