using System.Runtime.CompilerServices;

// The tests hold the judgement of addresses against a table.
[assembly: InternalsVisibleTo("Pond.Client.Tests")]
// A node that asks others for its task tells public from private addresses by the same judgement.
[assembly: InternalsVisibleTo("Pond.Server")]
