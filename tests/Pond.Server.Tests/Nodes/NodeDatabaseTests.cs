using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;

namespace Pond.Server.Tests.Nodes;

public sealed class NodeDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_journal_entry_comes_back_as_it_was_written()
    {
        Keypair key = LocalLedger.KeyOf("key");
        JournalEntry[] entries =
        [
            new(new Slot(7), new Round(3), JournalEvent.VerdictAccepted)
            {
                About = key.PublicKey,
                Detail = "Invalid",
                Signature = key.Sign([1]),
            },
            new(new Slot(8), new Round(3), JournalEvent.RoundClosed)
            {
                Earned = new Lamports(5),
                Lost = new Lamports(2),
                Reason = RoundReason.Slashed,
                Expected = new Lamports(9),
                Fee = new Lamports(10_000),
            },
            new(new Slot(9), Round: null, JournalEvent.Claimed) { Earned = new Lamports(4) },
        ];
        using (var database = Open())
        {
            database.Append(entries);
        }

        using var reopened = Open();
        Assert.Equal(entries[..2], reopened.ReadRound(new Round(3)));
        Assert.Equal(entries[..2], reopened.ReadRecent());
        Assert.Empty(reopened.ReadRound(new Round(4)));
        Assert.Equal((new Lamports(5), new Lamports(2), new Lamports(4)), reopened.ReadTotals());
    }

    [Fact]
    public void A_restart_reads_the_last_rounds_only()
    {
        using var database = Open();
        database.Append([.. Enumerable.Range(0, 400).Select(round =>
            new JournalEntry(new Slot(1), new Round((ulong)round), JournalEvent.WorkDone))]);

        Assert.Equal(
            Enumerable.Range(100, 300).Select(round => new Round((ulong)round)), database.ReadRecent().Select(entry => entry.Round!.Value));
    }

    [Fact]
    public void A_value_can_be_set_replaced_and_removed()
    {
        using var database = Open();
        Assert.Null(database.GetValue("key"));
        database.SetValue("key", "one");
        database.SetValue("key", "");
        Assert.Equal("", database.GetValue("key"));
        database.SetValue("key", null);
        Assert.Null(database.GetValue("key"));
    }

    private NodeDatabase Open() => NodeDatabase.Open(_folder.At("node.db"));
}
