using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Pond.Cli.Tests")]
[assembly: InternalsVisibleTo("Pond.EndToEnd.Tests")]
