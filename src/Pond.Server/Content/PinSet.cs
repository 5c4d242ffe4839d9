using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

/// <summary>The pins of a store, one small file each: adding and removing one costs the same among ten and among a million.</summary>
/// <remarks>Safe for use by several threads. Files are synced before a method returns.</remarks>
public sealed class PinSet
{
    /// <summary>The longest name and the longest owner, in UTF-8.</summary>
    public const int MaxNameBytes = 255;

    private const string TemporarySuffix = ".temporary";
    private const string KindKey = "kind=";
    private const string OwnerKey = "owner=";
    private const string ExpiryKey = "expires=";
    private const string SizeKey = "size=";

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly ConcurrentDictionary<(Cid Root, string Name), Pin> _pins = new();

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

                var pin = Read(path);
                _pins[(pin.Root, pin.Name)] = pin;
            }
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, folder);
        }
    }

    /// <summary>Another number after each change.</summary>
    public long Version { get => Interlocked.Read(ref field); private set => Interlocked.Exchange(ref field, value); }

    /// <summary>All pins, in no order.</summary>
    public IReadOnlyCollection<Pin> All => [.. _pins.Values];

    /// <summary>The pin of a root under a name; null if there is none.</summary>
    public Pin? Find(Cid root, string name) => _pins.GetValueOrDefault((root, name));

    /// <summary>Whether there is a pin of the same root and name.</summary>
    public bool Contains(Pin pin) => _pins.ContainsKey((pin.Root, pin.Name));

    /// <summary>How many bytes an owner's pins keep; content of two pins counts for both.</summary>
    public long BytesOf(string owner) =>
        _pins.Values.Where(pin => string.Equals(pin.Owner, owner, StringComparison.Ordinal)).Sum(pin => pin.SizeBytes);

    /// <summary>Adds a pin, in place of one with the same root and name.</summary>
    /// <exception cref="ArgumentException">The name or owner is too long or holds control characters.</exception>
    /// <exception cref="PondException">The file cannot be written.</exception>
    public void Add(Pin pin)
    {
        Validate(pin);
        var path = PathOf(pin);
        lock (_gate)
        {
            if (_pins.TryGetValue((pin.Root, pin.Name), out var before) && before == pin)
            {
                return;
            }

            DurableFiles.Write(path + TemporarySuffix, path, Encoding.UTF8.GetBytes(TextOf(pin)));
            DurableFiles.SyncFolder(_folder);
            _pins[(pin.Root, pin.Name)] = pin;
            Version++;
        }
    }

    /// <summary>Removes the pin of the same root and name.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="PondException">The file cannot be deleted.</exception>
    public bool Remove(Pin pin)
    {
        var path = PathOf(pin);
        lock (_gate)
        {
            if (!_pins.ContainsKey((pin.Root, pin.Name)))
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
            var wasThere = _pins.TryRemove((pin.Root, pin.Name), out _);
            Version++;
            return wasThere;
        }
    }

    internal static void Validate(Pin pin)
    {
        foreach (var text in new[] { pin.Name, pin.Owner })
        {
            if (Encoding.UTF8.GetByteCount(text) > MaxNameBytes || text.Any(char.IsControl))
            {
                throw new ArgumentException(
                    $"The name and the owner of a pin have at most {MaxNameBytes} bytes and no control characters.", nameof(pin));
            }
        }
    }

    private static string TextOf(Pin pin)
    {
        var text = new StringBuilder($"{pin.Root}\n{pin.Name}\n");
        if (pin.Kind == PinKind.Direct)
        {
            text.Append($"{KindKey}direct\n");
        }

        if (pin.Owner.Length > 0)
        {
            text.Append($"{OwnerKey}{pin.Owner}\n");
        }

        if (pin.ExpiresAt is { } expiry)
        {
            text.Append($"{ExpiryKey}{expiry.ToUnixTimeMilliseconds()}\n");
        }

        return text.Append($"{SizeKey}{pin.SizeBytes}\n").ToString();
    }

    private static Pin Read(string path)
    {
        var lines = File.ReadAllText(path).Split('\n');
        if (lines is not [var root, var name, .. var fields, ""] || !Cid.TryParse(root, out var cid))
        {
            throw Corrupt(path);
        }

        var pin = new Pin(cid, name);
        foreach (var field in fields)
        {
            pin = field switch
            {
                KindKey + "direct" => pin with { Kind = PinKind.Direct },
                _ when field.StartsWith(OwnerKey, StringComparison.Ordinal) => pin with { Owner = field[OwnerKey.Length..] },
                _ when TryReadNumber(field, ExpiryKey, out var expiry) =>
                    pin with { ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(expiry) },
                _ when TryReadNumber(field, SizeKey, out var size) => pin with { SizeBytes = size },
                // A later version may keep something that this one would let go.
                _ => throw Corrupt(path),
            };
        }

        return pin;
    }

    private static bool TryReadNumber(string field, string key, out long number)
    {
        number = 0;
        return field.StartsWith(key, StringComparison.Ordinal)
            && long.TryParse(field.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    }

    private static PondException Corrupt(string path) => new(
        "pin-corrupt",
        $"The pin in {path} cannot be read, so what it keeps is not known.",
        "Delete the file if you know that nothing needs it, and pin the content again.");

    private string PathOf(Pin pin) =>
        Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{pin.Root}\n{pin.Name}"))));
}
