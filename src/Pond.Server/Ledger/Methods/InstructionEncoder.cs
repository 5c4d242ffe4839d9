using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Encoding;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Methods.Parsed;

namespace Pond.Server.Ledger.Methods;

/// <summary>Shows calls, a transaction's own and those that programs made of others.</summary>
internal static class InstructionEncoder
{
    /// <summary>Shows a call with its accounts as indexes.</summary>
    internal static JsonInstruction Compiled(CompiledInstruction instruction, int? stackHeight) =>
        new(instruction.ProgramIndex, Numbers(instruction.AccountIndexes), Base58.Encode(instruction.Data.AsSpan()))
        {
            StackHeight = stackHeight,
        };

    /// <summary>Shows a call taken apart, or with its accounts' addresses where nobody knows its program.</summary>
    /// <param name="instruction">The call.</param>
    /// <param name="keys">The transaction's accounts, loaded ones last.</param>
    /// <param name="stackHeight">How deep it stands in others; null for a transaction's own.</param>
    internal static object Parsed(CompiledInstruction instruction, ImmutableArray<Pubkey> keys, int? stackHeight)
    {
        var call = new InstructionView(
            keys[instruction.ProgramIndex], [.. instruction.AccountIndexes.Select(index => keys[index])], instruction.Data);
        return InstructionParser.Parse(call) is { } parsed
            ? parsed with { StackHeight = stackHeight }
            : new UnparsedInstruction(call.Program, call.Accounts, Base58.Encode(call.Data.AsSpan())) { StackHeight = stackHeight };
    }

    /// <summary>Shows what programs called.</summary>
    internal static ImmutableArray<InnerInstructionsAnswer> Inner(
        ImmutableArray<InnerInstructions> calls, ImmutableArray<Pubkey> keys, bool isParsed) =>
    [
        .. calls.Select(group => new InnerInstructionsAnswer(
            group.Index,
            [
                .. group.Instructions.Select(inner => isParsed
                    ? Parsed(inner.Instruction, keys, inner.StackHeight)
                    : Compiled(inner.Instruction, inner.StackHeight)),
            ])),
    ];

    /// <summary>Shows what a program handed back; null stays null.</summary>
    internal static ReturnedData? Returned(ReturnData? data) =>
        data is null ? null : new ReturnedData(data.Program, EncodedBytes.FromBase64(data.Data.AsSpan()));

    /// <summary>Bytes as numbers; as bytes they would be written as base64.</summary>
    internal static ImmutableArray<int> Numbers(ImmutableArray<byte> bytes) => [.. bytes.Select(number => (int)number)];
}
