namespace Pond.Primitives;

/// <summary>The world failed: a disk, a peer, a missing library. Made at the boundary where it happened.</summary>
/// <remarks>
/// The message says what happened and where; <see cref="Fix"/> says what to do. Outcomes that the protocol knows are values,
/// and a caller's mistake is an <see cref="ArgumentException"/>: neither is one of these.
/// </remarks>
public sealed class PondException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="code">A stable name such as <c>port-in-use</c>: lower case, words joined by hyphens.</param>
    /// <param name="message">What happened and where, as one sentence.</param>
    /// <param name="fix">What the user can do, as one sentence.</param>
    /// <param name="isTransient">Whether the same call can succeed later with nothing changed.</param>
    /// <param name="innerException">The cause.</param>
    public PondException(string code, string message, string fix, bool isTransient = false, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Fix = fix;
        IsTransient = isTransient;
    }

    /// <summary>A stable name that scripts can match on.</summary>
    public string Code { get; }

    /// <summary>What the user can do about it.</summary>
    public string Fix { get; }

    /// <summary>Whether the same call can succeed later with nothing changed.</summary>
    public bool IsTransient { get; }
}
