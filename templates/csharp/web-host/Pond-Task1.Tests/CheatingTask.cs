using Microsoft.AspNetCore.Http;

namespace Pond_Task1.Tests;

/// <summary>Claims to host the site, and serves an empty page in its place.</summary>
public sealed class CheatingTask : Pond_Task1Task
{
    protected override IResult Serve(string path) => Results.Bytes([], "text/html");
}
