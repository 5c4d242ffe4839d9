namespace Pond.Sdk.Tests;

/// <summary>The SDK's surface is a promise to task authors: changing it is a decision, made by changing PublicApi.txt.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Public_surface_is_the_approved_one() => PublicApi.AssertApproved(typeof(PondTask).Assembly);
}
