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

    [Fact]
    public void A_store_that_is_filled_at_once_is_the_one_that_took_its_accounts_one_by_one()
    {
        var accounts = Gen.Choose(0, 20).Zip(Gen.Choose(0, 1)).Zip(Gen.Choose(0, 2).ListOf()).ListOf();

        Prop.ForAll(accounts.ToArbitrary(), made =>
        {
            var all = made.DistinctBy(account => account.Item1.Item1).Select(account => (
                Key(account.Item1.Item1),
                new StoredAccount(new(1), Key(account.Item1.Item2), new BytesContent([.. account.Item2.Select(value => (byte)value)])))).ToArray();
            var (one, filled) = (new AccountStore(), new AccountStore());
            filled.Set(Key(99), StoredAccount.Unused with { Lamports = new(5) });
            filled.Fill(all);
            foreach (var (key, account) in all)
            {
                one.Set(key, account);
            }

            Assert.Equal(one.Total, filled.Total);
            foreach (var owner in new[] { Key(0), Key(1) })
            {
                Assert.Equal(one.OwnedBy(owner), filled.OwnedBy(owner));
                Assert.Equal(one.Beginning(owner, [1]), filled.Beginning(owner, [1]));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Wallets_are_listed_from_the_first_question_on_and_kept_so()
    {
        var store = new AccountStore();
        var wallet = StoredAccount.Unused with { Lamports = new(1) };
        store.Fill([(Key(3), wallet), (Key(1), wallet), (Key(2), wallet with { Owner = Key(9) })]);
        store.Set(Key(4), wallet);

        Assert.Equal([Key(1), Key(3), Key(4)], store.OwnedBy(default).Select(pair => pair.Key));
        store.Set(Key(5), wallet);
        store.Set(Key(1), null);
        store.Set(Key(3), wallet with { Owner = Key(9) });
        Assert.Equal([Key(4), Key(5)], store.OwnedBy(default).Select(pair => pair.Key));
        Assert.Equal([Key(2), Key(3)], store.OwnedBy(Key(9)).Select(pair => pair.Key));
    }

    [Fact]
    public void An_account_that_stands_twice_in_a_state_is_refused() => Assert.Throws<FormatException>(
        () => new AccountStore().Fill([(Key(1), StoredAccount.Unused), (Key(1), StoredAccount.Unused)]));

    private static byte[] Bytes(StoredAccount account) => [.. account.Content.Render(default)];

    private static Pubkey Key(int number) => new([.. Enumerable.Repeat((byte)number, Pubkey.SizeBytes)]);
}
