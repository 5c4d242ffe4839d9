using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <summary>One call of the Address Lookup Table program, in the byte layout of K2 and Solana.</summary>
public abstract record AddressLookupTableInstruction
{
    private AddressLookupTableInstruction()
    {
    }

    /// <summary>Creates an empty table at an address made of its authority and a slot (index 0).</summary>
    /// <param name="RecentSlot">The slot of one of the last 512 blocks.</param>
    /// <param name="Bump">The byte that leads the address off the curve; see <see cref="FindAddress"/>.</param>
    public sealed record Create(Slot RecentSlot, byte Bump) : AddressLookupTableInstruction
    {
        /// <summary>The call. The payer pays the rent; the authority may change the table later and need not sign now.</summary>
        public Instruction ToInstruction(Pubkey authority, Pubkey payer) => Call(
            AccountMeta.Writable(ProgramAddress.Derive([authority.ToArray(), Number(RecentSlot), [Bump]], ProgramIds.AddressLookupTable)),
            AccountMeta.ReadOnly(authority),
            AccountMeta.Signer(payer),
            AccountMeta.ReadOnly(ProgramIds.System));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(0).Number(RecentSlot.Value).Byte(Bump).ToArray();
    }

    /// <summary>Takes the authority away for ever (index 1).</summary>
    public sealed record Freeze : AddressLookupTableInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey table, Pubkey authority) =>
            Call(AccountMeta.Writable(table), AccountMeta.ReadOnlySigner(authority));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(1).ToArray();
    }

    /// <summary>Adds addresses at the end (index 2).</summary>
    /// <param name="Addresses">The addresses; at least one, and at most 256 in the table.</param>
    public sealed record Extend(ImmutableArray<Pubkey> Addresses) : AddressLookupTableInstruction
    {
        /// <summary>The call. The payer pays the additional rent.</summary>
        public Instruction ToInstruction(Pubkey table, Pubkey authority, Pubkey payer) => Call(
            AccountMeta.Writable(table),
            AccountMeta.ReadOnlySigner(authority),
            AccountMeta.Signer(payer),
            AccountMeta.ReadOnly(ProgramIds.System));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(2).Keys(Addresses).ToArray();
    }

    /// <summary>Ends the use of the table, for transactions of slots that are 512 blocks later (index 3).</summary>
    public sealed record Deactivate : AddressLookupTableInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey table, Pubkey authority) =>
            Call(AccountMeta.Writable(table), AccountMeta.ReadOnlySigner(authority));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(3).ToArray();
    }

    /// <summary>Removes a table that nobody can use any more (index 4).</summary>
    public sealed record Close : AddressLookupTableInstruction
    {
        /// <summary>The call. The recipient gets the rent back.</summary>
        public Instruction ToInstruction(Pubkey table, Pubkey authority, Pubkey recipient) => Call(
            AccountMeta.Writable(table),
            AccountMeta.ReadOnlySigner(authority),
            AccountMeta.Writable(recipient));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(4).ToArray();
    }

    /// <summary>The address of the table that an authority can create with a slot, and its bump.</summary>
    public static (Pubkey Table, byte Bump) FindAddress(Pubkey authority, Slot recentSlot) =>
        ProgramAddress.Find([authority.ToArray(), Number(recentSlot)], ProgramIds.AddressLookupTable);

    /// <summary>The instruction's data.</summary>
    public abstract byte[] Encode();

    /// <summary>Reads an instruction's data. Bytes after the last field are ignored, as K2 does.</summary>
    /// <returns>False if the index is unknown or the data ends early.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AddressLookupTableInstruction? instruction)
    {
        var reader = new InstructionReader(data);
        AddressLookupTableInstruction? parsed = reader.Index() switch
        {
            0 => new Create(new Slot(reader.Number()), reader.Byte()),
            1 => new Freeze(),
            2 => new Extend(reader.Keys()),
            3 => new Deactivate(),
            4 => new Close(),
            _ => null,
        };
        instruction = reader.IsGood ? parsed : null;
        return instruction is not null;
    }

    private protected Instruction Call(params ImmutableArray<AccountMeta> accounts) =>
        new(ProgramIds.AddressLookupTable, accounts, [.. Encode()]);

    private static byte[] Number(Slot slot)
    {
        var bytes = new byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, slot.Value);
        return bytes;
    }
}
