using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Contracts.Tests.Rpc;

public class WireFormTests
{
    private const string Custom = """{"InstructionError":[2,{"Custom":4294967295}]}""";

    [Fact]
    public void A_final_status_shows_its_nulls()
    {
        var status = new SignatureStatus(new Slot(7), Confirmations: null, Err: null, Commitment.Finalized);

        AssertWire(status, """{"slot":7,"confirmations":null,"err":null,"confirmationStatus":"finalized","status":{"Ok":null}}""");
    }

    [Fact]
    public void A_failed_status_shows_its_error_twice()
    {
        var status = new SignatureStatus(new Slot(7), Confirmations: 0, TransactionFailure.Parse(Custom), Commitment.Processed);

        AssertWire(
            status,
            $$$"""{"slot":7,"confirmations":0,"err":{{{Custom}}},"confirmationStatus":"processed","status":{"Err":{{{Custom}}}}}""");
    }

    [Fact]
    public void A_null_value_is_written()
    {
        AssertWire(
            new Contextual<AccountAnswer?>(new AnswerContext(new Slot(5), "1.16.7"), Value: null),
            """{"context":{"slot":5,"apiVersion":"1.16.7"},"value":null}""");
    }

    [Fact]
    public void An_error_without_data_has_no_member_for_it()
    {
        Assert.Equal(
            """{"code":-32601,"message":"Method not found"}""",
            JsonSerializer.Serialize(new RpcError(-32601, "Method not found"), PondJson.Options));
    }

    [Fact]
    public void An_account_keeps_the_largest_rent_epoch()
    {
        var account = new AccountAnswer(new Lamports(1), default, EncodedBytes.FromBase64([1, 2]), Executable: true, ulong.MaxValue, Space: 2);

        AssertWire(
            account,
            """{"lamports":1,"owner":"11111111111111111111111111111111","data":["AQI=","base64"],"executable":true,"rentEpoch":18446744073709551615,"space":2}""");
    }

    [Fact]
    public void The_bare_form_of_old_clients_is_a_text()
    {
        AssertWire(new EncodedBytes("5S", Encoding: null), "\"5S\"");
    }

    [Fact]
    public void A_simulation_shows_its_nulls()
    {
        Assert.Equal(
            """{"err":null,"logs":[],"accounts":null,"unitsConsumed":150,"returnData":null}""",
            JsonSerializer.Serialize(new SimulationAnswer(Err: null, [], Accounts: null, 150), PondJson.Options));
    }

    [Fact]
    public void A_missing_account_among_others_is_null()
    {
        Assert.Equal("[null]", JsonSerializer.Serialize(ImmutableArray.Create<AccountAnswer?>(item: null), PondJson.Options));
    }

    [Theory]
    [InlineData("\"BlockhashNotFound\"", "BlockhashNotFound", null, null, null)]
    [InlineData("""{"InstructionError":[0,"InvalidAccountData"]}""", "InstructionError", 0, "InvalidAccountData", null)]
    [InlineData("""{"InstructionError":[3,{"Custom":1}]}""", "InstructionError", 3, "Custom", 1u)]
    [InlineData("""{"InstructionError":[3,{"BorshIoError":"Unknown"}]}""", "InstructionError", 3, "BorshIoError", null)]
    [InlineData("""{"InsufficientFundsForRent":{"account_index":2}}""", "InsufficientFundsForRent", null, null, null)]
    [InlineData("""{"DuplicateInstruction":1}""", "DuplicateInstruction", null, null, null)]
    public void A_transactions_failure_is_taken_apart(
        string json, string name, int? instruction, string? instructionError, uint? custom)
    {
        var failure = TransactionFailure.Parse(json);

        Assert.Equal((name, instruction, instructionError, custom), (failure.Name, failure.InstructionIndex, failure.InstructionError, failure.CustomCode));
        Assert.Equal(json, failure.ToString());
        Assert.Equal(failure, TransactionFailure.Parse(json));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"InstructionError":["0","X"]}""")]
    [InlineData("""{"InstructionError":[0,{}]}""")]
    [InlineData("""{"InstructionError":[0,{"Custom":-1}]}""")]
    [InlineData("""{"InstructionError":[0,7]}""")]
    public void What_is_no_failure_is_refused(string json)
    {
        Assert.Throws<JsonException>(() => TransactionFailure.Parse(json));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"err":5,"logs":7}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public void Error_data_of_an_unknown_shape_is_no_details(string data)
    {
        var exception = new RpcException(new RpcError(-32002, "no", JsonDocument.Parse(data).RootElement));

        Assert.Null(exception.Failure);
        Assert.Empty(exception.Logs);
    }

    private static void AssertWire<T>(T value, string json)
    {
        Assert.Equal(json, JsonSerializer.Serialize(value, PondJson.Options));
        Assert.Equal(value, JsonSerializer.Deserialize<T>(json, PondJson.Options));
    }
}
