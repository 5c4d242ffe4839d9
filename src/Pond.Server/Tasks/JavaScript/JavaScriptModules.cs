namespace Pond.Server.Tasks.JavaScript;

/// <summary>Keeps bundles what they are: CommonJS programs, as webpack writes them.</summary>
internal static class JavaScriptModules
{
    private const string PackageFile = "package.json";

    /// <summary>Says so in the folder in which bundles are written out, whatever a <c>package.json</c> further up says.</summary>
    internal static void MarkAsCommon(string folder)
    {
        var path = Path.Combine(folder, PackageFile);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, """{"type":"commonjs"}""");
        }
    }
}
