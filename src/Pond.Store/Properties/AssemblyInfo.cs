using System.Runtime.CompilerServices;

// The tests hold Murmur3 and HamtPosition against vectors of their own.
[assembly: InternalsVisibleTo("Pond.Store.Tests")]
