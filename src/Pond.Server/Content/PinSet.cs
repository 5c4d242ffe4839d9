using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>The pins of a store, one small file each: adding and removing one costs the same among ten and among a million.</summary>
/// <remarks>Safe for use by several threads. Files are synced before a method returns.</remarks>
public sealed class PinSet
{
    /// <summary>The longest name, in UTF-8.</summary>
    public const int MaxNameBytes = 255;

    private const string TemporarySuffix = ".temporary";

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly ConcurrentDictionary<Pin, bool> _pins = new();

    /// <summary>Opens the pins in a folder, which is created if there is none.</summary>
    /// <exception cref="PondException"><c>pin-corrupt</c>, or the folder cannot be read or written.</exception>
    public PinSet(string folder)
    {
        _folder = folder;
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                if (path.EndsWith(TemporarySuffix, StringComparison.Ordinal))
                {
                    File.Delete(path);
                    continue;
                }

                _pins[Read(path)] = true;
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, folder);
        }
    }

    /// <summary>All pins, in no order.</summary>
    public IReadOnlyCollection<Pin> All => [.. _pins.Keys];

    /// <summary>Whether the pin is there.</summary>
    public bool Contains(Pin pin) => _pins.ContainsKey(pin);

    /// <summary>Adds a pin; adding one that is there changes nothing.</summary>
    /// <exception cref="ArgumentException">The name is too long or holds control characters.</exception>
    /// <exception cref="PondException">The file cannot be written.</exception>
    public void Add(Pin pin)
    {
        if (Encoding.UTF8.GetByteCount(pin.Name) > MaxNameBytes || pin.Name.Any(char.IsControl))
        {
            throw new ArgumentException($"The name of a pin has at most {MaxNameBytes} bytes and no control characters.", nameof(pin));
        }

        var path = PathOf(pin);
        lock (_gate)
        {
            DurableFiles.Write(path + TemporarySuffix, path, Encoding.UTF8.GetBytes($"{pin.Root}\n{pin.Name}\n"));
            DurableFiles.SyncFolder(_folder);
            _pins[pin] = true;
        }
    }

    /// <summary>Removes a pin.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="PondException">The file cannot be deleted.</exception>
    public bool Remove(Pin pin)
    {
        var path = PathOf(pin);
        lock (_gate)
        {
            if (!_pins.ContainsKey(pin))
            {
                return false;
            }

            try
            {
                File.Delete(path);
            }
            catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
            {
                throw DiskFailures.Write(cause, path);
            }

            DurableFiles.SyncFolder(_folder);
            return _pins.TryRemove(pin, out _);
        }
    }

    private static Pin Read(string path) =>
        File.ReadAllText(path).Split('\n') is [var root, var name, ""] && Cid.TryParse(root, out var cid)
            ? new(cid, name)
            : throw new PondException(
                "pin-corrupt",
                $"The pin in {path} cannot be read, so what it keeps is not known.",
                "Delete the file if you know that nothing needs it, and pin the content again.");

    private string PathOf(Pin pin) =>
        Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{pin.Root}\n{pin.Name}"))));
}
