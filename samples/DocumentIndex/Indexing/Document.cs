namespace DocumentIndex;

/// <summary>A document as a reader sees it.</summary>
/// <param name="Title">An API member such as <c>M:System.String.Trim</c>, or the file's path.</param>
/// <param name="Text">What it says, without markup; the title is not repeated.</param>
/// <param name="Path">The file it stands in.</param>
/// <param name="Offset">Where in the file it begins, in bytes.</param>
/// <param name="Length">How many bytes it has there.</param>
public sealed record Document(string Title, string Text, string Path, int Offset, int Length);
