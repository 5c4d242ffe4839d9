using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Tests.Transactions;

/// <summary>Generators of messages whose accounts are few enough to meet in several instructions, roles and tables.</summary>
internal static class RandomMessages
{
    private static readonly ImmutableArray<Keypair> Signers =
        [.. Enumerable.Range(0, 4).Select(index => Keypair.FromSeed([.. Enumerable.Repeat((byte)(index + 1), 32)]))];

    private static readonly ImmutableArray<Pubkey> Keys =
        [.. Signers.Select(signer => signer.PublicKey), .. Enumerable.Range(100, 12).Select(index => new Pubkey([.. Enumerable.Repeat((byte)index, 32)]))];

    internal static Pubkey FeePayer => Keys[0];

    // Programs are the last three keys, and may stand among the accounts as well.
    private static Gen<Instruction> Instructions =>
        from program in Gen.Choose(Keys.Length - 3, Keys.Length - 1)
        from accounts in Accounts.ListOf().Resize(12)
        from data in Gen.Choose(0, 255).Select(value => (byte)value).ListOf().Resize(40)
        select new Instruction(Keys[program], [.. accounts], [.. data]);

    private static Gen<AccountMeta> Accounts =>
        from index in Gen.Choose(0, Keys.Length - 1)
        from isSigner in Gen.Elements(true, false)
        from isWritable in Gen.Elements(true, false)
        select new AccountMeta(Keys[index], isSigner && index < Signers.Length, isWritable);

    private static Gen<AddressTable> Tables =>
        from name in Gen.Choose(200, 203)
        from indexes in Gen.Choose(0, Keys.Length - 1).ListOf().Resize(10)
        select new AddressTable(new Pubkey([.. Enumerable.Repeat((byte)name, 32)]), [.. indexes.Select(index => Keys[index])]);

    /// <summary>Instructions, and tables for a message of version 0 or none for a legacy one.</summary>
    internal static Arbitrary<(ImmutableArray<Instruction> Calls, ImmutableArray<AddressTable>? Tables)> Parts =>
        (from calls in Instructions.ListOf().Resize(5)
         from tables in Gen.OneOf(Gen.Constant<ImmutableArray<AddressTable>?>(null), Tables.ListOf().Resize(3).Select(list => (ImmutableArray<AddressTable>?)[.. list]))
         select (calls.ToImmutableArray(), tables)).ToArbitrary();

    internal static Message Compile(ImmutableArray<Instruction> calls, ImmutableArray<AddressTable>? tables) => tables is { } loaded
        ? Message.CompileV0(FeePayer, new Hash(Keys[5].Bytes), calls, loaded)
        : Message.Compile(FeePayer, new Hash(Keys[5].Bytes), calls);

    internal static Transaction Sign(Message message) => Transaction.Sign(message, [.. Signers]);

    /// <summary>What the message's lookups stand for, in those tables.</summary>
    internal static LoadedAddresses Load(Message message, ImmutableArray<AddressTable> tables)
    {
        Pubkey At(AddressTableLookup lookup, byte index) => tables
            .Where(table => table.Key == lookup.Table && index < table.Addresses.Length)
            .Select(table => table.Addresses[index]).First();
        return new(
            [.. message.Lookups.SelectMany(lookup => lookup.WritableIndexes.Select(index => At(lookup, index)))],
            [.. message.Lookups.SelectMany(lookup => lookup.ReadOnlyIndexes.Select(index => At(lookup, index)))]);
    }
}
