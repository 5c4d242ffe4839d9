using FsCheck;
using FsCheck.Fluent;
using Pond.Ledger.Accounts;
using Pond.Primitives;

namespace Pond.Ledger.Tests.Accounts;

public sealed class AccountStoreTests
{
    [Fact]
    public void The_index_finds_what_looking_at_every_account_finds()
    {
        // Few keys, owners and bytes, so that accounts change, move and vanish, and some begin alike.
        var changes = Gen.Choose(0, 7).Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 2).ListOf()).ListOf();

        Prop.ForAll(changes.ToArbitrary(), made =>
        {
            var store = new AccountStore();
            foreach (var ((key, owner), bytes) in made)
            {
                store.Set(Key(key), owner == 2 ? null : new(new(1), Key(owner), new BytesContent([.. bytes.Select(value => (byte)value)])));
            }

            foreach (var owner in new[] { Key(0), Key(1) })
            {
                foreach (byte[] start in new byte[][] { [1], [1, 2], [2, 0, 1] })
                {
                    var expected = store.All().Where(pair => pair.Account.Owner == owner && Bytes(pair.Account).AsSpan().StartsWith(start))
                        .Select(pair => pair.Key).Order();
                    var found = store.Beginning(owner, start).Where(pair => Bytes(pair.Account).AsSpan().StartsWith(start)).Select(pair => pair.Key);
                    Assert.Equal(expected, found);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    private static byte[] Bytes(StoredAccount account) => [.. account.Content.Render(default)];

    private static Pubkey Key(int number) => new([.. Enumerable.Repeat((byte)number, Pubkey.SizeBytes)]);
}
