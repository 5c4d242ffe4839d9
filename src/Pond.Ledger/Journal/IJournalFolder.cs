namespace Pond.Ledger.Journal;

/// <summary>The folder with the journal's files.</summary>
public interface IJournalFolder
{
    /// <summary>The names of the journal's files, in the order of their names.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file that is there.</summary>
    IJournalFile Open(string name);

    /// <summary>Makes an empty file. Its name survives the end of the machine after <see cref="SyncNames"/>.</summary>
    IJournalFile Create(string name);

    /// <summary>Removes a file that is not open.</summary>
    void Delete(string name);

    /// <summary>Returns when all names that were made and removed are so on the disk.</summary>
    void SyncNames();
}
