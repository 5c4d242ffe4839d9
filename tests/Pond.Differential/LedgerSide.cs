using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

/// <summary>Runs transactions in a bank of our own.</summary>
public sealed class LedgerSide
{
    private static readonly Keypair Producer = Keypair.FromSeed(SHA256.HashData("producer"u8));

    /// <summary>Starts a ledger in which some wallets have lamports.</summary>
    public LedgerSide(IEnumerable<(Pubkey Key, Lamports Balance)> balances) => Bank = new(new Genesis
    {
        ClusterName = "differential",
        Producer = Producer.PublicKey,
        CreatedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        Balances = balances.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Balance),
        Rules = LedgerRules.Pond1,
        IsLocal = true,
        TaskManagers = [],
    });

    /// <summary>The bank.</summary>
    public Bank Bank { get; }

    /// <summary>A transaction as it goes over the wire. Nobody checks the signatures; the first one only names it.</summary>
    public static Transaction ToTransaction(Message message)
    {
        var id = new Signature(SHA512.HashData(message.Serialize()));
        return new([.. Enumerable.Repeat(id, message.SignerCount)], message);
    }

    /// <summary>Runs a transaction and looks at its accounts.</summary>
    public Outcome Run(Message message)
    {
        var result = Bank.Process(ToTransaction(message));
        return new(
            result.Error is null ? null : Describe(result.Error),
            result.Logs,
            [.. result.InnerInstructions.Select(Describe)],
            result.ReturnData is null ? string.Empty : Convert.ToBase64String(result.ReturnData.Data.AsSpan()),
            [.. Compared(message).Select(Describe)]);
    }

    /// <summary>Seals the open block.</summary>
    public void Seal() => _ = Bank.Seal(Producer.Prove(Bank.BeaconInput.AsSpan()), Bank.Slot + 1);

    /// <summary>The accounts to compare. Programs and sysvars are the ledger's own and hold what each ledger wants.</summary>
    public static IEnumerable<Pubkey> Compared(Message message) => message.Keys.Where(key => !ProgramIds.IsReserved(key));

    private string? Describe(Pubkey key) => Bank.GetAccount(key) is { } account
        ? Outcome.Describe(account.Lamports.Value, account.Owner.ToString(), Convert.ToBase64String(account.Data.AsSpan()))
        : null;

    private static string Describe(InnerInstructions inner) => string.Join(" | ", inner.Instructions
        .Select(call => string.Create(
            CultureInfo.InvariantCulture,
            $"{inner.Index}: {call.StackHeight} {call.Instruction.ProgramIndex} [{string.Join(',', call.Instruction.AccountIndexes)}] {Convert.ToBase64String(call.Instruction.Data.AsSpan())}")));

    private static string Describe(TransactionError error) => error.Kind switch
    {
        TransactionErrorKind.InstructionError when error.Instruction!.Custom is { } code =>
            string.Create(CultureInfo.InvariantCulture, $"InstructionError({error.Index}, Custom({code}))"),
        TransactionErrorKind.InstructionError =>
            string.Create(CultureInfo.InvariantCulture, $"InstructionError({error.Index}, {error.Instruction!.Kind})"),
        _ when error.Index is { } index => string.Create(CultureInfo.InvariantCulture, $"{error.Kind} {{ account_index: {index} }}"),
        _ => error.Kind.ToString(),
    };
}
