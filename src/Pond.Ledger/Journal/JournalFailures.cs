namespace Pond.Ledger.Journal;

/// <summary>What is said of a journal that is not as it was written.</summary>
internal static class JournalFailures
{
    internal static PondException Damaged(string file, long offset, Slot? slot, string what) => new(
        "journal-damaged",
        slot is { } known
            ? $"{file} is damaged at byte {offset}, slot {known}: {what}"
            : $"{file} is damaged at byte {offset}: {what}",
        "Confirmed blocks were in it, so nothing was changed. Restore this file from a backup or another machine.");

    internal static PondException OtherNetwork(string file) => new(
        "journal-of-other-network",
        $"{file} belongs to another network: it names another genesis.",
        "Give each network a data folder of its own.");
}
