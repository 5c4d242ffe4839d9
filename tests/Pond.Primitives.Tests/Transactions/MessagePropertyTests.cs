using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Tests.Transactions;

public sealed class MessagePropertyTests
{
    [Fact]
    public void Reading_undoes_writing_for_every_message() =>
        Prop.ForAll(RandomMessages.Parts, parts =>
        {
            var message = RandomMessages.Compile(parts.Calls, parts.Tables);
            var bytes = message.Serialize();
            return bytes.Length > Transaction.MaxSizeBytes
                || (Message.TryRead(bytes, out var read, out _)
                    && read.Serialize().AsSpan().SequenceEqual(bytes)
                    && read.Version == message.Version
                    && read.Keys.SequenceEqual(message.Keys));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Reading_undoes_writing_for_every_transaction_and_its_signatures_hold() =>
        Prop.ForAll(RandomMessages.Parts, parts =>
        {
            var message = RandomMessages.Compile(parts.Calls, parts.Tables);
            if (message.Serialize().Length > Transaction.MaxSizeBytes - (4 * Signature.SizeBytes) - 1)
            {
                return true;
            }

            var transaction = RandomMessages.Sign(message);
            return Transaction.TryRead(transaction.Serialize(), out var read, out _)
                && read.Serialize().AsSpan().SequenceEqual(transaction.Serialize())
                && read.Id == transaction.Id
                && read.VerifySignatures();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_compiled_message_means_the_instructions_that_it_was_made_of() =>
        Prop.ForAll(RandomMessages.Parts, parts =>
        {
            // A table that is named twice would stand for whichever comes first.
            var tables = parts.Tables?.DistinctBy(table => table.Key).ToArray();
            var message = RandomMessages.Compile(parts.Calls, tables is null ? null : [.. tables]);
            var resolved = new ResolvedMessage(message, RandomMessages.Load(message, [.. tables ?? []]));
            return resolved.Keys.Distinct().Count() == resolved.Keys.Length
                && resolved.Keys[0] == RandomMessages.FeePayer
                && message.Instructions.Zip(parts.Calls).All(pair =>
                    resolved.ProgramOf(pair.First) == pair.Second.ProgramId
                    && pair.First.Data.SequenceEqual(pair.Second.Data)
                    && resolved.AccountsOf(pair.First).Zip(pair.Second.Accounts).All(account =>
                        account.First.Key == account.Second.Key && (account.First.IsSigner || !account.Second.IsSigner)));
        }).QuickCheckThrowOnFailure();
}
