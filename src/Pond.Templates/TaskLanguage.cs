namespace Pond.Templates;

/// <summary>In which language a task is written.</summary>
public enum TaskLanguage
{
    /// <summary>C#.</summary>
    CSharp = 0,

    /// <summary>JavaScript, as Koii's tasks are.</summary>
    JavaScript = 1,
}
