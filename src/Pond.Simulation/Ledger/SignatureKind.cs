namespace Pond.Simulation.Ledger;

/// <summary>How transactions are signed and checked in a simulation.</summary>
public enum SignatureKind
{
    /// <summary>Ed25519 up to 64 nodes, keyed hashes above.</summary>
    BySize = 0,

    /// <summary>Ed25519 and the verifiable random function, as on any network.</summary>
    Ed25519 = 1,

    /// <summary>Keyed hashes in the place of both: a hundred times faster, and nobody in a simulation forges them.</summary>
    KeyedHash = 2,
}
