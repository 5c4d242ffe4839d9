namespace Pond.Server.Tasks;

/// <summary>What a bundle's program runs on.</summary>
public enum BundleKind
{
    /// <summary>A published .NET program.</summary>
    Dotnet = 0,

    /// <summary>A single <c>main.js</c> for Node.js.</summary>
    JavaScript = 1,
}
