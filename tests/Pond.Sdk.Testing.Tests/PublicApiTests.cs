using Pond.Sdk.Tests;

namespace Pond.Sdk.Testing.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void Public_surface_is_the_approved_one() => PublicApi.AssertApproved(typeof(TaskProbe).Assembly);
}
