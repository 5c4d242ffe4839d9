using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>Who gets how much for a round's work. Two lists are equal if they give the same to the same keys.</summary>
public sealed class DistributionList : IEquatable<DistributionList>
{
    private readonly ImmutableSortedDictionary<string, Lamports> _rewards;

    private DistributionList(ImmutableSortedDictionary<string, Lamports> rewards)
    {
        _rewards = rewards;
        Total = rewards.Values.Aggregate(Lamports.Zero, (sum, reward) => sum + reward);
    }

    /// <summary>A list that gives nothing to nobody; it is not submitted.</summary>
    public static DistributionList Empty { get; } = From([]);

    /// <summary>How many keys get something.</summary>
    public int Count => _rewards.Count;

    /// <summary>All rewards together.</summary>
    public Lamports Total { get; }

    /// <summary>The rewards, in ordinal order of the keys' base58 texts.</summary>
    public IEnumerable<KeyValuePair<Pubkey, Lamports>> Rewards =>
        _rewards.Select(reward => KeyValuePair.Create(Pubkey.Parse(reward.Key), reward.Value));

    /// <summary>Makes a list.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    /// <exception cref="OverflowException">The rewards are more than 2^64 - 1 lamports together.</exception>
    public static DistributionList From(IEnumerable<KeyValuePair<Pubkey, Lamports>> rewards)
    {
        var builder = ImmutableSortedDictionary.CreateBuilder<string, Lamports>(StringComparer.Ordinal);
        foreach (var (key, reward) in rewards)
        {
            // Unlike its Add, a builder's AddRange would accept the same key with the same reward twice.
            if (!builder.TryAdd(key.ToString(), reward))
            {
                throw new ArgumentException($"{key} occurs twice.", nameof(rewards));
            }
        }

        return new(builder.ToImmutable());
    }

    /// <summary>Gives each key the same, rounded down; what is left stays in the task's bounty.</summary>
    /// <param name="keys">Each once; none gives the empty list.</param>
    /// <param name="budget">What there is to give.</param>
    public static DistributionList SplitEqually(IReadOnlyCollection<Pubkey> keys, Lamports budget)
    {
        if (keys.Count == 0)
        {
            return Empty;
        }

        var (part, _) = budget.SplitEqually(keys.Count);
        return From(keys.Select(key => KeyValuePair.Create(key, part)));
    }

    /// <summary>Reads a list that may come from a stranger.</summary>
    /// <returns>False unless the text is one JSON object of whole lamports by base58 keys, each key once, of a sum below 2^64.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out DistributionList? list)
    {
        list = null;
        var builder = ImmutableSortedDictionary.CreateBuilder<string, Lamports>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (!Pubkey.TryParse(member.Name, out var key)
                    || member.Value.ValueKind is not JsonValueKind.Number
                    || !member.Value.TryGetUInt64(out var reward)
                    || !builder.TryAdd(key.ToString(), new(reward)))
                {
                    return false;
                }
            }

            list = new(builder.ToImmutable());
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>The list as compact JSON, keys in ordinal order: equal lists give equal texts.</summary>
    public string ToJson()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (key, reward) in _rewards)
            {
                writer.WriteNumber(key, reward.Value);
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <inheritdoc/>
    public bool Equals(DistributionList? other) => other is not null && _rewards.SequenceEqual(other._rewards);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistributionList);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Total);

    /// <inheritdoc cref="ToJson"/>
    public override string ToString() => ToJson();
}
