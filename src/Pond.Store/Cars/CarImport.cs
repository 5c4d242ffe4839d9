namespace Pond.Store.Cars;

/// <summary>What reading a CAR file into a store brought.</summary>
/// <param name="Roots">The roots that its header names. Whether all below them is there, a <see cref="Dag.DagWalk"/> tells.</param>
/// <param name="BlockCount">How many blocks the file had, repeated ones counted each time.</param>
/// <param name="BlockBytes">How many bytes those had.</param>
public sealed record CarImport(IReadOnlyList<Cid> Roots, int BlockCount, long BlockBytes);
