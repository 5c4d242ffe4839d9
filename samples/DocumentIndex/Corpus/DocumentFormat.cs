namespace DocumentIndex;

/// <summary>How the bytes of a file become documents.</summary>
public enum DocumentFormat
{
    /// <summary>A format that nobody set; never valid.</summary>
    None = 0,

    /// <summary>Plain text or Markdown: one document, read as it is.</summary>
    Text = 1,

    /// <summary>HTML or XML: one document, read without its tags.</summary>
    Markup = 2,

    /// <summary>A compiler's API documentation: one document per <c>&lt;member name="..."&gt;</c> element.</summary>
    ApiMembers = 3,
}
