using System.Diagnostics;
using System.Globalization;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary>Other people's tools at the same work: ipfs-car and js-ipfs, installed from npm for the time of the measurement.</summary>
internal sealed class StoreBenchPeers(string folder)
{
    // Promise.withResolvers is called by packages of js-ipfs, and Node has it from version 22 on only.
    private const string Script = """
        import fs from 'node:fs'
        Promise.withResolvers ??= function () {
          let resolve, reject
          const promise = new this((onResolve, onReject) => { resolve = onResolve; reject = onReject })
          return { promise, resolve, reject }
        }
        const [source, target] = process.argv.slice(2)
        const started = () => process.hrtime.bigint()
        const { create } = await import('ipfs-core')
        const ipfs = await create({
          repo: target, offline: true, start: false, silent: true, init: { emptyRepo: true, algorithm: 'Ed25519' },
          config: { Addresses: { Swarm: [] }, Bootstrap: [], Discovery: { MDNS: { Enabled: false }, webRTCStar: { Enabled: false } }, Routing: { Type: 'none' } }
        })
        const start = started()
        await ipfs.add(fs.createReadStream(source), { cidVersion: 1, rawLeaves: true, chunker: 'size-1048576', pin: true })
        console.log(Number(started() - start) / 1e9)
        process.exit(0)
        """;

    /// <summary>Installs the tools.</summary>
    /// <exception cref="PondException"><c>npm-missing</c> or <c>npm-failed</c>.</exception>
    internal async Task InstallAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        // ipfs-car's own command, as its users call it, and js-ipfs as a library, which is the faster way to it.
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"private":true,"type":"module"}""", cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "measure.mjs"), Script, cancellationToken);
        await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "ipfs-car@3.1.0", "ipfs-core@0.18.1"], cancellationToken);
    }

    /// <summary>Seconds that <c>ipfs-car pack</c> takes, the start of Node included, as for whoever calls it.</summary>
    internal Task<string> PackAsync(string source, CancellationToken cancellationToken) => RunAsync(
        Path.Combine(folder, "node_modules", ".bin", "ipfs-car"),
        ["pack", "--no-wrap", source, "--output", Path.Combine(folder, "packed.car")],
        cancellationToken);

    /// <summary>Seconds that js-ipfs says it takes to add a file, without its start.</summary>
    internal async Task<double> AddAsync(string source, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, "repo");
        var said = await RunAsync("node", ["measure.mjs", source, target], cancellationToken);
        Directory.Delete(target, recursive: true);
        return double.Parse(said.Trim().Split('\n')[^1], CultureInfo.InvariantCulture);
    }

    private async Task<string> RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception cause)
        {
            throw new PondException("npm-missing", $"{program} cannot be started: {cause.Message}", "Install Node.js 20 with npm, or leave --peers out.", innerException: cause);
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? output
                : throw new PondException("npm-failed", $"{program} failed: {await error}", "Check the network, or leave --peers out.");
        }
    }
}
