namespace Pond.Contracts.Tasks;

/// <summary>The body of a namespace call that failed (422, or 401 for a wrong secret).</summary>
/// <param name="Message">What happened; the original's only member.</param>
/// <param name="Code">The stable code, where there is one.</param>
/// <param name="Fix">What to do, where it is known.</param>
/// <param name="IsTransient">Whether the same call can succeed later.</param>
public sealed record NamespaceError(string Message, string? Code = null, string? Fix = null, bool? IsTransient = null);
