using System.Collections.Immutable;
using System.Globalization;

namespace Pond.Primitives.Cryptography;

/// <summary>The way from a seed to one of its keys, such as <c>m/44'/501'/0'</c>: every step is hardened, as Ed25519 knows no others.</summary>
public sealed class DerivationPath
{
    /// <summary>The largest index of a step.</summary>
    public const uint MaxIndex = int.MaxValue;

    private const int MaxSteps = 16;

    /// <summary>Makes a path.</summary>
    /// <param name="steps">The indexes, each at most <see cref="MaxIndex"/>.</param>
    public DerivationPath(params ImmutableArray<uint> steps)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(steps.Length, MaxSteps, nameof(steps));
        foreach (var step in steps)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(step, MaxIndex, nameof(steps));
        }

        Steps = steps;
    }

    /// <summary>The indexes, without the bit that says "hardened".</summary>
    public ImmutableArray<uint> Steps { get; }

    /// <summary>Reads a path such as <c>m/44'/501'/0'</c>.</summary>
    /// <exception cref="FormatException">It is none, or a step is not hardened.</exception>
    public static DerivationPath Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        if (parts[0] is not "m" || parts.Length > MaxSteps + 1)
        {
            throw new FormatException($"A derivation path begins with m, as m/44'/501'/0', and has at most {MaxSteps} steps.");
        }

        return new([.. parts.Skip(1).Select(ReadStep)]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat("m", string.Concat(Steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"/{step}'"))));

    private static uint ReadStep(string part) =>
        part is [.. var digits, '\''] && uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step <= MaxIndex
            ? step
            : throw new FormatException($"'{part}' is no step of a derivation path: write each as 44', with the sign that hardens it.");
}
