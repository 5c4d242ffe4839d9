using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>Signatures that instructions carry, and what messages with them and with prices cost.</summary>
public sealed class InstructionSignatureTests
{
    private static readonly Keypair Faucet = LocalLedger.Faucet;

    [Theory]
    [InlineData("sendTransaction", "")]
    [InlineData("simulateTransaction", ",\"sigVerify\":true")]
    public async Task One_that_does_not_hold_is_told_before_the_trial(string method, string settings)
    {
        await using var ledger = new DrivenLedger();
        var transaction = ledger.Sign(Faucet, [Ed25519Instruction.ToInstruction(Faucet.PublicKey, Faucet.Sign("hello"u8), "hullo"u8)]);

        Assert.Equal(
            """{"code":-32006,"message":"Transaction precompile verification failure InstructionError(0, Custom(2))"}""",
            await ledger.CallAsync(method, $$"""["{{Convert.ToBase64String(transaction.Serialize())}}",{"encoding":"base64"{{settings}}}]"""));
    }

    [Fact]
    public async Task They_and_the_priority_count_in_the_fee_for_a_message_of_either_version()
    {
        await using var ledger = new DrivenLedger();
        Instruction[] calls =
        [
            new(ProgramIds.ComputeBudget, [], [2, .. BitConverter.GetBytes(1_000u)]),
            new(ProgramIds.ComputeBudget, [], [3, .. BitConverter.GetBytes(1_500_000UL)]),
            Ed25519Instruction.ToInstruction(Faucet.PublicKey, Faucet.Sign("hello"u8), "hello"u8),
        ];
        var blockhash = ledger.Engine.Read((bank, _) => bank.LatestBlock.Hash);

        // Two signatures, and 1,000 units at 1.5 lamports.
        foreach (var message in new[] { Message.Compile(Faucet.PublicKey, blockhash, calls), Message.CompileV0(Faucet.PublicKey, blockhash, calls) })
        {
            Assert.Equal("11500", await ledger.ValueAsync("getFeeForMessage", $"[\"{Convert.ToBase64String(message.Serialize())}\"]"));
        }

        var old = Message.Compile(Faucet.PublicKey, default, calls);
        Assert.Equal("null", await ledger.ValueAsync("getFeeForMessage", $"[\"{Convert.ToBase64String(old.Serialize())}\"]"));
    }
}
