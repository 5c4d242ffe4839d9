namespace DocumentIndex;

/// <summary>A file or folder that is left out of the corpus.</summary>
/// <param name="Path">Relative to the corpus' folder, with <c>/</c> between the names.</param>
/// <param name="Reason">Why.</param>
public sealed record SkippedFile(string Path, SkipReason Reason);

/// <summary>Why something is left out of the corpus.</summary>
public enum SkipReason
{
    /// <summary>A reason that nobody set; never given.</summary>
    None = 0,

    /// <summary>It holds a NUL byte.</summary>
    Binary = 1,

    /// <summary>It is not valid UTF-8.</summary>
    NotUtf8 = 2,

    /// <summary>It has no bytes, or it is no regular file.</summary>
    Empty = 3,

    /// <summary>It is larger than <see cref="CorpusFile.MaxSizeBytes"/>.</summary>
    TooLarge = 4,

    /// <summary>The operating system did not let us read it.</summary>
    Unreadable = 5,

    /// <summary>It is a symbolic link: what lies outside the folder is not published by accident.</summary>
    Link = 6,

    /// <summary>Its name can't be used on every system; see <see cref="CorpusFile.IsValidPath"/>.</summary>
    UnusableName = 7,
}
