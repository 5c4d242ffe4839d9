using System.Text.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows the ledger's transaction errors as clients read them.</summary>
internal static class TransactionFailures
{
    /// <summary>The wire's form; null for no error.</summary>
    internal static TransactionFailure? ToFailure(this TransactionError? error) =>
        error is null ? null : TransactionFailure.Parse(JsonSerializer.Serialize(ToJson(error)));

    private static object ToJson(TransactionError error) => error.Kind switch
    {
        TransactionErrorKind.InstructionError => Variant(error.Kind, new object?[] { error.Index, ToJson(error.Instruction!) }),
        TransactionErrorKind.DuplicateInstruction => Variant(error.Kind, error.Index),
        TransactionErrorKind.InsufficientFundsForRent or TransactionErrorKind.ProgramExecutionTemporarilyRestricted =>
            Variant(error.Kind, new { account_index = error.Index }),
        _ => error.Kind.ToString(),
    };

    private static object ToJson(InstructionError error) => error.Kind switch
    {
        InstructionErrorKind.Custom => Variant(error.Kind, error.Custom),
        InstructionErrorKind.BorshIoError => Variant(error.Kind, "Unknown"),
        _ => error.Kind.ToString(),
    };

    private static Dictionary<string, object?> Variant<T>(T kind, object? content)
        where T : struct, Enum => new(StringComparer.Ordinal) { [kind.ToString()] = content };
}
