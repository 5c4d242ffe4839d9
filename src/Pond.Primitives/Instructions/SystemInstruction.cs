using System.Diagnostics.CodeAnalysis;
using Pond.Primitives.Transactions;

namespace Pond.Primitives.Instructions;

/// <summary>One call of the System program, in the byte layout of K2 and Solana.</summary>
public abstract partial record SystemInstruction
{
    private SystemInstruction()
    {
    }

    /// <summary>Creates an account at a key that signs (index 0).</summary>
    /// <param name="Lamports">What the new account gets; at least the rent-exempt minimum for its size.</param>
    /// <param name="SpaceBytes">The size of its data.</param>
    /// <param name="Owner">The program that may change it.</param>
    public sealed record CreateAccount(Lamports Lamports, ulong SpaceBytes, Pubkey Owner) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey from, Pubkey account) =>
            Call(AccountMeta.Signer(from), AccountMeta.Signer(account));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(0).Number(Lamports.Value).Number(SpaceBytes).Key(Owner).ToArray();
    }

    /// <summary>Gives an account to another program (index 1).</summary>
    /// <param name="Owner">The program.</param>
    public sealed record Assign(Pubkey Owner) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey account) => Call(AccountMeta.Signer(account));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(1).Key(Owner).ToArray();
    }

    /// <summary>Moves lamports (index 2).</summary>
    /// <param name="Lamports">How many.</param>
    public sealed record Transfer(Lamports Lamports) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey from, Pubkey to) => Call(AccountMeta.Signer(from), AccountMeta.Writable(to));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(2).Number(Lamports.Value).ToArray();
    }

    /// <summary>Creates an account at an address made of a key and a text (index 3).</summary>
    /// <param name="Base">The key; it signs.</param>
    /// <param name="Seed">The text; at most 32 bytes.</param>
    /// <param name="Lamports">What the new account gets.</param>
    /// <param name="SpaceBytes">The size of its data.</param>
    /// <param name="Owner">The program that may change it.</param>
    public sealed record CreateAccountWithSeed(
        Pubkey Base, string Seed, Lamports Lamports, ulong SpaceBytes, Pubkey Owner) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey from)
        {
            var account = AccountMeta.Writable(ProgramAddress.WithSeed(Base, Seed, Owner));
            return Base == from
                ? Call(AccountMeta.Signer(from), account)
                : Call(AccountMeta.Signer(from), account, AccountMeta.ReadOnlySigner(Base));
        }

        /// <inheritdoc/>
        public override byte[] Encode() =>
            new InstructionWriter(3).Key(Base).Text(Seed).Number(Lamports.Value).Number(SpaceBytes).Key(Owner).ToArray();
    }

    /// <summary>Gives an account its data, all zero (index 8).</summary>
    /// <param name="SpaceBytes">The size.</param>
    public sealed record Allocate(ulong SpaceBytes) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey account) => Call(AccountMeta.Signer(account));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(8).Number(SpaceBytes).ToArray();
    }

    /// <summary>Gives an account made of a key and a text its data, and gives it to a program (index 9).</summary>
    /// <param name="Base">The key; it signs.</param>
    /// <param name="Seed">The text; at most 32 bytes.</param>
    /// <param name="SpaceBytes">The size of its data.</param>
    /// <param name="Owner">The program.</param>
    public sealed record AllocateWithSeed(Pubkey Base, string Seed, ulong SpaceBytes, Pubkey Owner) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction() => Call(
            AccountMeta.Writable(ProgramAddress.WithSeed(Base, Seed, Owner)), AccountMeta.ReadOnlySigner(Base));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(9).Key(Base).Text(Seed).Number(SpaceBytes).Key(Owner).ToArray();
    }

    /// <summary>Gives an account made of a key and a text to a program (index 10).</summary>
    /// <param name="Base">The key; it signs.</param>
    /// <param name="Seed">The text; at most 32 bytes.</param>
    /// <param name="Owner">The program.</param>
    public sealed record AssignWithSeed(Pubkey Base, string Seed, Pubkey Owner) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction() => Call(
            AccountMeta.Writable(ProgramAddress.WithSeed(Base, Seed, Owner)), AccountMeta.ReadOnlySigner(Base));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(10).Key(Base).Text(Seed).Key(Owner).ToArray();
    }

    /// <summary>Moves lamports out of an account made of a key and a text (index 11).</summary>
    /// <param name="Lamports">How many.</param>
    /// <param name="Seed">The text; at most 32 bytes.</param>
    /// <param name="Owner">The owner that the source's address was made with.</param>
    public sealed record TransferWithSeed(Lamports Lamports, string Seed, Pubkey Owner) : SystemInstruction
    {
        /// <summary>The call.</summary>
        public Instruction ToInstruction(Pubkey from, Pubkey fromBase, Pubkey to) => Call(
            AccountMeta.Writable(from), AccountMeta.ReadOnlySigner(fromBase), AccountMeta.Writable(to));

        /// <inheritdoc/>
        public override byte[] Encode() => new InstructionWriter(11).Number(Lamports.Value).Text(Seed).Key(Owner).ToArray();
    }

    /// <summary>The instruction's data.</summary>
    public abstract byte[] Encode();

    /// <summary>Reads an instruction's data. Bytes after the last field are ignored, as K2 does.</summary>
    /// <returns>False if the index is unknown or the data ends early.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SystemInstruction? instruction)
    {
        var reader = new InstructionReader(data);
        SystemInstruction? parsed = reader.Index() switch
        {
            0 => new CreateAccount(reader.Lamports(), reader.Number(), reader.Key()),
            1 => new Assign(reader.Key()),
            2 => new Transfer(reader.Lamports()),
            3 => new CreateAccountWithSeed(reader.Key(), reader.Text(), reader.Lamports(), reader.Number(), reader.Key()),
            4 => new AdvanceNonceAccount(),
            5 => new WithdrawNonceAccount(reader.Lamports()),
            6 => new InitializeNonceAccount(reader.Key()),
            7 => new AuthorizeNonceAccount(reader.Key()),
            8 => new Allocate(reader.Number()),
            9 => new AllocateWithSeed(reader.Key(), reader.Text(), reader.Number(), reader.Key()),
            10 => new AssignWithSeed(reader.Key(), reader.Text(), reader.Key()),
            11 => new TransferWithSeed(reader.Lamports(), reader.Text(), reader.Key()),
            12 => new UpgradeNonceAccount(),
            _ => null,
        };
        instruction = reader.IsGood ? parsed : null;
        return instruction is not null;
    }

    private protected Instruction Call(params System.Collections.Immutable.ImmutableArray<AccountMeta> accounts) =>
        new(ProgramIds.System, accounts, [.. Encode()]);
}
