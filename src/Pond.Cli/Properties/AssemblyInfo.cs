using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Pond.Cli.Tests")]
