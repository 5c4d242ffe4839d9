namespace Pond.Node.Tests.Network;

/// <summary>What goes wrong between the nodes and the ledger, each in so many of a thousand cases.</summary>
/// <param name="LostRequests">An action never reaches the ledger, and its sender does not know.</param>
/// <param name="LostAnswers">An action takes effect, and its sender does not know.</param>
/// <param name="LostLooks">A node does not see the ledger for a slot.</param>
/// <param name="Kills">A node dies in a slot, and comes back some slots later with its journal.</param>
public sealed record Faults(int LostRequests = 0, int LostAnswers = 0, int LostLooks = 0, int Kills = 0);
