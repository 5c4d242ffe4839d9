namespace Pond.Ledger.Programs;

/// <summary>The programs that a ledger runs.</summary>
internal sealed class ProgramSet
{
    private readonly Dictionary<Pubkey, Entry> _entries;

    internal ProgramSet(IEnumerable<IProgram> programs) => _entries = programs.ToDictionary(program => program.Id, program => new Entry(program));

    internal bool Contains(Pubkey id) => _entries.ContainsKey(id);

    internal Entry? Find(Pubkey id) => _entries.GetValueOrDefault(id);

    /// <summary>A program with the texts that every instruction of it logs. Kept, because making them takes longer than most instructions.</summary>
    internal sealed class Entry(IProgram program)
    {
        internal IProgram Program { get; } = program;

        /// <summary>Its address in base58.</summary>
        internal string Text { get; } = program.Id.ToString();

        /// <summary>What it logs when a transaction calls it.</summary>
        internal string InvokeLine { get; } = $"Program {program.Id} invoke [1]";

        /// <summary>What it logs when it has succeeded.</summary>
        internal string SuccessLine { get; } = $"Program {program.Id} success";
    }
}
