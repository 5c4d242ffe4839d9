using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>The web, where the operator allows it. A task has no network of its own: its node asks for it.</summary>
public interface ITaskWeb
{
    /// <summary>
    /// Asks http and https addresses. Redirects of GET and HEAD are followed, at most five; addresses that are not public are refused, except on
    /// local networks. An answer that is read as a whole has at most 16 MiB.
    /// </summary>
    /// <remarks>
    /// A call throws a <see cref="PondException"/> with the code <c>web-refused</c> where the operator does not allow the web. An address that
    /// can't be reached is an answer with status 502, one that takes too long an answer with status 504.
    /// </remarks>
    HttpClient Http { get; }
}
