namespace Pond.Ledger.Programs;

/// <summary>The programs that a ledger runs.</summary>
internal sealed class ProgramSet
{
    private readonly Dictionary<Pubkey, Entry> _entries;

    internal ProgramSet(IEnumerable<IProgram> programs) =>
        _entries = programs.ToDictionary(program => program.Id, program => new Entry(program, program.Id.ToString()));

    internal bool Contains(Pubkey id) => _entries.ContainsKey(id);

    internal IProgram? Find(Pubkey id) => _entries.GetValueOrDefault(id)?.Program;

    /// <summary>The address of a program of this set in base58. Kept, because that takes microseconds and every instruction logs it twice.</summary>
    internal string TextOf(Pubkey id) => _entries[id].Text;

    private sealed record Entry(IProgram Program, string Text);
}
