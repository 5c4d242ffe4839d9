using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

public sealed partial class World
{
    // The rule account-size: LiteSVM's accounts have at most 10 MiB, ours 50.
    private const ulong TheirLargest = 10 * 1024 * 1024;
    private const ulong OurLargest = 50 * 1024 * 1024;

    private static readonly string[] Seeds = ["", "a", "seed", "thirty-two bytes are the longest."];

    private Instruction NextSystemMove()
    {
        var from = Pick(_wallets);
        var seed = Seeds[_random.NextBelow(Seeds.Length)];
        var owner = _random.Chance(1, 2) ? ProgramIds.Token : Pick(_wallets);
        return _random.NextBelow(8) switch
        {
            0 => new SystemInstruction.CreateAccount(RentOf(SomeSize(out var space)), space, owner).ToInstruction(from, AnyKey()),
            1 => new SystemInstruction.Assign(owner).ToInstruction(Pick(_accounts)),
            2 => new SystemInstruction.Allocate(_random.Chance(1, 10) ? OurLargest + 1 : SomeSize(out _)).ToInstruction(Pick(_accounts)),
            3 => Seeded(from, seed, owner),
            4 => TransferSeeded(from, seed, owner),
            5 => OnSeeded(new SystemInstruction.AllocateWithSeed(from, seed, SomeSize(out _), owner), from, seed, owner),
            6 => OnSeeded(new SystemInstruction.AssignWithSeed(from, seed, owner), from, seed, owner),
            _ => new SystemInstruction.Transfer(new(LamportsOf(from))).ToInstruction(from, AnyKey()),
        };
    }

    // Seeds of more than 32 bytes have no address; the instruction is built with another one and then spoilt.
    private Instruction Seeded(Pubkey from, string seed, Pubkey owner)
    {
        var address = ProgramAddress.TryWithSeed(from, seed, owner, out var derived) && _random.Chance(9, 10) ? derived : AnyKey();
        var create = new SystemInstruction.CreateAccountWithSeed(from, seed, RentOf(SomeSize(out var space)), space, owner);
        return new(ProgramIds.System, [AccountMeta.Signer(_payer), AccountMeta.Writable(address), AccountMeta.Signer(from)], [.. create.Encode()]);
    }

    private Instruction OnSeeded(SystemInstruction instruction, Pubkey from, string seed, Pubkey owner)
    {
        var address = ProgramAddress.TryWithSeed(from, seed, owner, out var derived) && _random.Chance(9, 10) ? derived : AnyKey();
        return new(ProgramIds.System, [AccountMeta.Writable(address), AccountMeta.Signer(from)], [.. instruction.Encode()]);
    }

    private Instruction TransferSeeded(Pubkey from, string seed, Pubkey owner)
    {
        var address = ProgramAddress.TryWithSeed(from, seed, owner, out var derived) && _random.Chance(9, 10) ? derived : AnyKey();
        var lamports = Bank.GetAccount(address)?.Lamports.Value ?? 0;
        return new SystemInstruction.TransferWithSeed(new(Amount(lamports)), seed, owner).ToInstruction(address, from, AnyKey());
    }

    private static bool IsTooLargeForOne(Instruction instruction)
    {
        if (instruction.ProgramId != ProgramIds.System || !SystemInstruction.TryParse(instruction.Data.AsSpan(), out var parsed))
        {
            return false;
        }

        var size = parsed switch
        {
            SystemInstruction.CreateAccount create => create.SpaceBytes,
            SystemInstruction.CreateAccountWithSeed create => create.SpaceBytes,
            SystemInstruction.Allocate allocate => allocate.SpaceBytes,
            SystemInstruction.AllocateWithSeed allocate => allocate.SpaceBytes,
            _ => 0ul,
        };
        return size is > TheirLargest and <= OurLargest;
    }

    private ulong LamportsOf(Pubkey key)
    {
        var have = Bank.GetAccount(key)?.Lamports.Value ?? 0;
        return _random.Chance(1, 2) ? RentOf(0).Value + _random.NextBelow(3_000_000UL) : Amount(have);
    }

    private ulong SomeSize(out ulong size)
    {
        ulong[] sizes = [0, 1, Mint.SizeBytes, TokenAccount.SizeBytes, Multisig.SizeBytes];
        return size = sizes[_random.NextBelow(sizes.Length)];
    }

    private Lamports RentOf(ulong size) => _random.NextBelow(8) switch
    {
        0 => new(Rent.MinimumFor(size).Value - 1),
        1 => new(_random.NextBelow(10UL)),
        2 => new(Rent.MinimumFor(size).Value + _random.NextBelow(1_000_000UL)),
        _ => Rent.MinimumFor(size),
    };
}
