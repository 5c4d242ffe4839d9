using System.Buffers.Binary;
using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>What transactions cost: the methods that older clients know, and the prices that were paid.</summary>
internal sealed class FeeMethods
{
    private const int MaxAccounts = 128;
    private const int MaxBlocks = 150;

    // ComputeBudget's call that sets the price: its index and eight bytes.
    private const byte SetPriceIndex = 3;
    private const int SetPriceSizeBytes = 1 + sizeof(ulong);

    private readonly LedgerEngine _engine;

    private FeeMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new FeeMethods(engine);
        return
        [
            Method("getRecentBlockhash", 0, 1, methods.GetRecentBlockhash),
            Method("getFees", 0, 1, methods.GetFees),
            Method("getFeeCalculatorForBlockhash", 1, 2, methods.GetFeeCalculatorForBlockhash),
            Method("getFeeRateGovernor", 0, 0, methods.GetFeeRateGovernor),
            Method("getRecentPrioritizationFees", 0, 1, methods.GetRecentPrioritizationFees),
        ];
    }

    private static FeeCalculator Calculator => new(Bank.FeePerSignature);

    private object GetRecentBlockhash(RpcCall call) =>
        _engine.Answer(call.Settings(0), bank => new RecentBlockhash(bank.LatestBlock.Hash, Calculator));

    private object GetFees(RpcCall call) => _engine.Answer(call.Settings(0), bank =>
    {
        var (hash, height) = (bank.LatestBlock.Hash, bank.LastValidBlockHeight(bank.LatestBlock.Hash));
        return new Fees(hash, Calculator, bank.LatestBlock.Slot + (height - bank.BlockHeight), height);
    });

    private object GetFeeCalculatorForBlockhash(RpcCall call)
    {
        var hash = call.Hash(0);
        return _engine.Answer(call.Settings(1), bank => bank.IsBlockhashRecent(hash) ? new BlockhashFees(Calculator) : null);
    }

    // The price is fixed, and all of it is burnt; nothing is aimed at.
    private object GetFeeRateGovernor(RpcCall call) => _engine.Answer(default, _ => new FeeRates(new FeeRateGovernor(
        BurnPercent: 100, Bank.FeePerSignature, Bank.FeePerSignature, Bank.FeePerSignature, TargetSignaturesPerSlot: 0)));

    private object GetRecentPrioritizationFees(RpcCall call)
    {
        var accounts = call.Optional(0) is null ? [] : call.Pubkeys(0, MaxAccounts);
        var blocks = _engine.Read((bank, history) =>
        {
            var found = new List<Block>();
            for (var block = bank.LatestBlock; block is not null && found.Count < MaxBlocks; block = history.Find(block.ParentSlot))
            {
                found.Add(block);
                if (block.Slot == block.ParentSlot)
                {
                    break;
                }
            }

            return found;
        });
        blocks.Reverse();
        return blocks.Select(block => new SlotPrioritizationFee(block.Slot, LowestPrice(block, accounts))).ToImmutableArray();
    }

    // To write all of the accounts, one has to outbid the lowest bidder of the block, and of each account's writers.
    private static ulong LowestPrice(Block block, ImmutableArray<Pubkey> accounts)
    {
        var lowest = Lowest(block.Transactions);
        foreach (var account in accounts)
        {
            lowest = Math.Max(lowest, Lowest(block.Transactions.Where(result => IsWrittenBy(account, result))));
        }

        return lowest;
    }

    private static ulong Lowest(IEnumerable<TransactionResult> results) =>
        results.Select(result => PriceOf(result.Transaction.Message)).DefaultIfEmpty().Min();

    private static bool IsWrittenBy(Pubkey account, TransactionResult result) =>
        result.Keys.Contains(account)
        && new ResolvedMessage(result.Transaction.Message, result.Loaded).Accounts.Any(meta => meta.Key == account && meta.IsWritable);

    private static ulong PriceOf(Message message)
    {
        foreach (var instruction in message.Instructions)
        {
            if (message.Keys[instruction.ProgramIndex] == ProgramIds.ComputeBudget
                && instruction.Data.Length >= SetPriceSizeBytes && instruction.Data[0] == SetPriceIndex)
            {
                return BinaryPrimitives.ReadUInt64LittleEndian(instruction.Data.AsSpan()[1..]);
            }
        }

        return 0;
    }
}
