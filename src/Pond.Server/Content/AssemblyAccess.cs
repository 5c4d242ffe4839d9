using System.Runtime.CompilerServices;

// The tests hold file names and disk failures against the internals that judge them.
[assembly: InternalsVisibleTo("Pond.Server.Tests")]
