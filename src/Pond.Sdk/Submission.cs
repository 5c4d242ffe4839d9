using System.Text;
using Pond.Contracts.Tasks;

namespace Pond.Sdk;

/// <summary>What a node submits for a round: normally the CID of its result.</summary>
public sealed record Submission
{
    /// <summary>The longest text, in bytes of UTF-8.</summary>
    public const int MaxBytes = TaskChannel.MaxSubmissionBytes;

    private Submission(string value) => Value = value;

    /// <summary>The text, from 1 to <see cref="MaxBytes"/> bytes.</summary>
    public string Value { get; }

    /// <summary>Takes a text.</summary>
    /// <exception cref="ArgumentException">It is empty, or longer than <see cref="MaxBytes"/>: store it, and submit the CID.</exception>
    public static Submission FromText(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        var length = Encoding.UTF8.GetByteCount(value);
        return length <= MaxBytes
            ? new(value)
            : throw new ArgumentException($"A submission has at most {MaxBytes} bytes, this one {length}.", nameof(value));
    }
}
