namespace Pond.Templates;

/// <summary>A task to begin with.</summary>
/// <param name="Name">What it is called: <c>basic</c>.</param>
/// <param name="Language">In which language it is written.</param>
/// <param name="Description">What it does, in one line.</param>
public sealed record TaskTemplate(string Name, TaskLanguage Language, string Description);
