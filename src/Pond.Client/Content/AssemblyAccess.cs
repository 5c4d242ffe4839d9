using System.Runtime.CompilerServices;

// The tests hold the judgement of addresses against a table.
[assembly: InternalsVisibleTo("Pond.Client.Tests")]
