namespace Pond.Simulation.Tasks;

/// <summary>A place where a task's code asks the real world for what a simulation can't repeat.</summary>
/// <param name="Member">What is used, such as <c>DateTime.UtcNow</c>.</param>
/// <param name="Place">Where: the class and its method.</param>
/// <param name="Instead">What to use in its place.</param>
public sealed record OutsideUse(string Member, string Place, string Instead)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place} uses {Member}, which no seed repeats: {Instead}";
}
