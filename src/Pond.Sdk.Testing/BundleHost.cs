namespace Pond.Sdk.Testing;

/// <summary>Where a bundle of <see cref="TaskBundle"/> begins. No Program: its users have one of their own.</summary>
internal static class BundleHost
{
    private static Task<int> Main(string[] args) => TaskBundle.RunAsync(AppContext.BaseDirectory, args);
}
