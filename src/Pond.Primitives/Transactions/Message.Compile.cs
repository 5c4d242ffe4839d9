using System.Collections.Immutable;

namespace Pond.Primitives.Transactions;

public sealed partial record Message
{
    /// <summary>Collects the accounts of some instructions in a legacy message and gives each its strongest role.</summary>
    /// <param name="feePayer">Pays the fee; a writable signer and the first key.</param>
    /// <param name="recentBlockhash">A hash that the ledger still knows, or a nonce.</param>
    /// <param name="instructions">The calls.</param>
    /// <exception cref="ArgumentException">There are more accounts than a message can hold.</exception>
    public static Message Compile(Pubkey feePayer, Hash recentBlockhash, IReadOnlyCollection<Instruction> instructions) =>
        Compile(MessageVersion.Legacy, feePayer, recentBlockhash, instructions, []);

    /// <summary>Collects the accounts of some instructions in a message of version 0 and gives each its strongest role.</summary>
    /// <param name="feePayer">Pays the fee; a writable signer and the first key.</param>
    /// <param name="recentBlockhash">A hash that the ledger still knows, or a nonce.</param>
    /// <param name="instructions">The calls.</param>
    /// <param name="tables">
    /// Tables that stand for accounts which neither sign nor are called. An account in several is loaded from the first.
    /// </param>
    /// <exception cref="ArgumentException">There are more accounts than a message can hold.</exception>
    public static Message CompileV0(
        Pubkey feePayer, Hash recentBlockhash, IReadOnlyCollection<Instruction> instructions, params IReadOnlyList<AddressTable> tables) =>
        Compile(MessageVersion.V0, feePayer, recentBlockhash, instructions, tables);

    private static Message Compile(
        MessageVersion version,
        Pubkey feePayer,
        Hash recentBlockhash,
        IReadOnlyCollection<Instruction> instructions,
        IReadOnlyList<AddressTable> tables)
    {
        var order = new List<Pubkey> { feePayer };
        var roles = new Dictionary<Pubkey, (bool IsSigner, bool IsWritable)> { [feePayer] = (true, true) };
        foreach (var instruction in instructions)
        {
            foreach (var meta in instruction.Accounts.Append(AccountMeta.ReadOnly(instruction.ProgramId)))
            {
                if (!roles.TryGetValue(meta.Key, out var role))
                {
                    order.Add(meta.Key);
                }

                roles[meta.Key] = (role.IsSigner || meta.IsSigner, role.IsWritable || meta.IsWritable);
            }
        }

        if (order.Count > MaxAccounts)
        {
            throw new ArgumentException($"{order.Count} accounts do not fit into one message.", nameof(instructions));
        }

        var programs = instructions.Select(instruction => instruction.ProgramId).ToHashSet();
        var lookups = ImmutableArray.CreateBuilder<AddressTableLookup>();
        var loadedWritable = new List<Pubkey>();
        var loadedReadOnly = new List<Pubkey>();
        foreach (var table in tables)
        {
            var loadable = order.Where(key => !roles[key].IsSigner && !programs.Contains(key)
                && table.Addresses.IndexOf(key) is >= 0 and <= byte.MaxValue).ToList();
            if (loadable.Count == 0)
            {
                continue;
            }

            var writable = loadable.Where(key => roles[key].IsWritable).ToList();
            var readOnly = loadable.Where(key => !roles[key].IsWritable).ToList();
            lookups.Add(new(
                table.Key,
                [.. writable.Select(key => (byte)table.Addresses.IndexOf(key))],
                [.. readOnly.Select(key => (byte)table.Addresses.IndexOf(key))]));
            loadedWritable.AddRange(writable);
            loadedReadOnly.AddRange(readOnly);
            order.RemoveAll(loadable.Contains);
        }

        // OrderBy keeps the order of first use within a group.
        var keys = order.OrderBy(key => roles[key] switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => 2,
            _ => 3,
        }).ToImmutableArray();
        var indexes = keys.Concat(loadedWritable).Concat(loadedReadOnly)
            .Select((key, index) => (key, index)).ToDictionary(pair => pair.key, pair => (byte)pair.index);
        return new Message(
            version,
            (byte)keys.Count(key => roles[key].IsSigner),
            (byte)keys.Count(key => roles[key] is { IsSigner: true, IsWritable: false }),
            (byte)keys.Count(key => roles[key] is { IsSigner: false, IsWritable: false }),
            keys,
            recentBlockhash,
            [.. instructions.Select(instruction => new CompiledInstruction(
                indexes[instruction.ProgramId],
                [.. instruction.Accounts.Select(meta => indexes[meta.Key])],
                instruction.Data))],
            lookups.ToImmutable());
    }
}
