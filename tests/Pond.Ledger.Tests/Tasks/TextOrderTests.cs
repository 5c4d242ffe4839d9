using Pond.Ledger.Tasks;
using Pond.Primitives;

namespace Pond.Ledger.Tests.Tasks;

public sealed class TextOrderTests
{
    // Leading zero bytes make texts longer for smaller numbers, and small numbers make them shorter.
    [Fact]
    public void It_is_that_of_the_texts_whatever_their_lengths()
    {
        var random = DeterministicRandom.ForStream(1, "keys");
        var keys = new SortedSet<Pubkey>();
        while (keys.Count < 3000)
        {
            var bytes = new byte[Pubkey.SizeBytes];
            for (var index = keys.Count % 40 < 32 ? keys.Count % 40 : 0; index < bytes.Length; index++)
            {
                bytes[index] = (byte)random.NextBelow(256);
            }

            keys.Add(new(bytes));
        }

        Assert.Equal(
            keys.Select(key => key.ToString()).Order(StringComparer.Ordinal),
            TextOrder.Of([.. keys.Select(key => KeyValuePair.Create(key, 0))]).Select(entry => entry.Text.ToString()),
            StringComparer.Ordinal);
        Assert.All(TextOrder.Of([.. keys.Select(key => KeyValuePair.Create(key, 0))]), entry => Assert.Equal(entry.Entry.Key.ToString(), entry.Text.ToString()));
        Assert.Empty(TextOrder.Of(Array.Empty<KeyValuePair<Pubkey, int>>()));
    }
}
