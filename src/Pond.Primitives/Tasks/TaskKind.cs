namespace Pond.Primitives.Tasks;

/// <summary>Which of the two task programs a task belongs to, and so what it pays in.</summary>
public enum TaskKind : byte
{
    /// <summary>The native program: bounty, stakes and rewards are lamports; the account's data is JSON.</summary>
    Koii = 0,

    /// <summary>The program for token tasks: all amounts are units of one SPL token; the account's data is borsh.</summary>
    Token = 1,
}
