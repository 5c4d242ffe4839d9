namespace Pond.Ledger.Programs;

/// <summary>A native program.</summary>
internal interface IProgram
{
    /// <summary>Its address.</summary>
    Pubkey Id { get; }

    /// <summary>The data of its account: its name.</summary>
    string Name { get; }

    /// <summary>What one instruction costs.</summary>
    ulong Units { get; }

    /// <summary>Whether it frames its work with invoke and success lines.</summary>
    bool IsLogged { get; }

    /// <summary>
    /// Whether it is part of the runtime on K2 too. The others are bytecode there: their accounts belong to a loader, and they log the
    /// compute units that they consumed.
    /// </summary>
    bool IsBuiltin => true;

    /// <summary>Runs one instruction.</summary>
    /// <returns>Why it failed; null if it succeeded. After a failure the bank drops all that was written.</returns>
    InstructionError? Execute(InstructionContext context);
}
