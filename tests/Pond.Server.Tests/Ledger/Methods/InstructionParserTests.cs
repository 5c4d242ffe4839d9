using System.Collections.Immutable;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Server.Ledger.Methods.Parsed;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>Accounts are named k0, k1 and so on here, by their place.</summary>
public class InstructionParserTests
{
    private const string Token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
    private const string System = "11111111111111111111111111111111";
    private const string Lookup = "AddressLookupTab1e1111111111111111111111111";
    private const string Associated = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL";

    // Number 1 in eight bytes, and keys of 32 equal bytes.
    private const string One = "0100000000000000";
    private static readonly string Key7 = string.Concat(Enumerable.Repeat("07", 32));
    private static readonly ImmutableArray<Pubkey> Keys = [.. Enumerable.Range(0, 8).Select(index => LocalLedger.KeyOf($"k{index}").PublicKey)];

    [Theory]
    [InlineData(System, "00000000" + One + "0a00000000000000" + "KEY7", 2, """{"type":"createAccount","info":{"source":"k0","newAccount":"k1","lamports":1,"space":10,"owner":"K7"}}""")]
    [InlineData(System, "01000000" + "KEY7", 1, """{"type":"assign","info":{"account":"k0","owner":"K7"}}""")]
    [InlineData(System, "02000000" + One, 2, """{"type":"transfer","info":{"source":"k0","destination":"k1","lamports":1}}""")]
    [InlineData(System, "03000000" + "KEY7" + "0500000000000000" + "68656c6c6f" + One + One + "KEY7", 2, """{"type":"createAccountWithSeed","info":{"source":"k0","newAccount":"k1","base":"K7","seed":"hello","lamports":1,"space":1,"owner":"K7"}}""")]
    [InlineData(System, "04000000", 3, """{"type":"advanceNonce","info":{"nonceAccount":"k0","recentBlockhashesSysvar":"k1","nonceAuthority":"k2"}}""")]
    [InlineData(System, "05000000" + One, 5, """{"type":"withdrawFromNonce","info":{"nonceAccount":"k0","destination":"k1","recentBlockhashesSysvar":"k2","rentSysvar":"k3","nonceAuthority":"k4","lamports":1}}""")]
    [InlineData(System, "06000000" + "KEY7", 3, """{"type":"initializeNonce","info":{"nonceAccount":"k0","recentBlockhashesSysvar":"k1","rentSysvar":"k2","nonceAuthority":"K7"}}""")]
    [InlineData(System, "07000000" + "KEY7", 2, """{"type":"authorizeNonce","info":{"nonceAccount":"k0","nonceAuthority":"k1","newAuthorized":"K7"}}""")]
    [InlineData(System, "08000000" + One, 1, """{"type":"allocate","info":{"account":"k0","space":1}}""")]
    [InlineData(System, "09000000" + "KEY7" + One + "61" + One + "KEY7", 2, """{"type":"allocateWithSeed","info":{"account":"k0","base":"K7","seed":"a","space":1,"owner":"K7"}}""")]
    [InlineData(System, "0a000000" + "KEY7" + One + "61" + "KEY7", 2, """{"type":"assignWithSeed","info":{"account":"k0","base":"K7","seed":"a","owner":"K7"}}""")]
    [InlineData(System, "0b000000" + One + One + "61" + "KEY7", 3, """{"type":"transferWithSeed","info":{"source":"k0","sourceBase":"k1","destination":"k2","lamports":1,"sourceSeed":"a","sourceOwner":"K7"}}""")]
    [InlineData(System, "0c000000", 1, """{"type":"upgradeNonce","info":{"nonceAccount":"k0"}}""")]
    [InlineData(Token, "0006" + "KEY7" + "00", 2, """{"type":"initializeMint","info":{"mint":"k0","rentSysvar":"k1","decimals":6,"mintAuthority":"K7"}}""")]
    [InlineData(Token, "1406" + "KEY7" + "01" + "KEY7", 1, """{"type":"initializeMint2","info":{"mint":"k0","decimals":6,"mintAuthority":"K7","freezeAuthority":"K7"}}""")]
    [InlineData(Token, "01", 4, """{"type":"initializeAccount","info":{"account":"k0","mint":"k1","owner":"k2","rentSysvar":"k3"}}""")]
    [InlineData(Token, "12" + "KEY7", 2, """{"type":"initializeAccount3","info":{"account":"k0","mint":"k1","owner":"K7"}}""")]
    [InlineData(Token, "0202", 4, """{"type":"initializeMultisig","info":{"multisig":"k0","rentSysvar":"k1","signers":["k2","k3"],"m":2}}""")]
    [InlineData(Token, "03" + One, 3, """{"type":"transfer","info":{"source":"k0","destination":"k1","amount":"1","authority":"k2"}}""")]
    [InlineData(Token, "03" + One, 5, """{"type":"transfer","info":{"source":"k0","destination":"k1","amount":"1","multisigAuthority":"k2","signers":["k3","k4"]}}""")]
    [InlineData(Token, "0c" + "dc05000000000000" + "03", 4, """{"type":"transferChecked","info":{"source":"k0","mint":"k1","destination":"k2","tokenAmount":{"amount":"1500","decimals":3,"uiAmount":1.5,"uiAmountString":"1.5"},"authority":"k3"}}""")]
    [InlineData(Token, "04" + One, 3, """{"type":"approve","info":{"source":"k0","delegate":"k1","amount":"1","owner":"k2"}}""")]
    [InlineData(Token, "05", 2, """{"type":"revoke","info":{"source":"k0","owner":"k1"}}""")]
    [InlineData(Token, "060200", 2, """{"type":"setAuthority","info":{"account":"k0","authorityType":"accountOwner","newAuthority":null,"authority":"k1"}}""")]
    [InlineData(Token, "060001" + "KEY7", 2, """{"type":"setAuthority","info":{"mint":"k0","authorityType":"mintTokens","newAuthority":"K7","authority":"k1"}}""")]
    [InlineData(Token, "07" + One, 3, """{"type":"mintTo","info":{"mint":"k0","account":"k1","amount":"1","mintAuthority":"k2"}}""")]
    [InlineData(Token, "08" + One, 3, """{"type":"burn","info":{"account":"k0","mint":"k1","amount":"1","authority":"k2"}}""")]
    [InlineData(Token, "09", 3, """{"type":"closeAccount","info":{"account":"k0","destination":"k1","owner":"k2"}}""")]
    [InlineData(Token, "0a", 3, """{"type":"freezeAccount","info":{"account":"k0","mint":"k1","freezeAuthority":"k2"}}""")]
    [InlineData(Token, "11", 1, """{"type":"syncNative","info":{"account":"k0"}}""")]
    [InlineData(Associated, "", 6, """{"type":"create","info":{"source":"k0","account":"k1","wallet":"k2","mint":"k3","systemProgram":"k4","tokenProgram":"k5"}}""")]
    [InlineData(Associated, "01", 6, """{"type":"createIdempotent","info":{"source":"k0","account":"k1","wallet":"k2","mint":"k3","systemProgram":"k4","tokenProgram":"k5"}}""")]
    [InlineData(Associated, "02", 7, """{"type":"recoverNested","info":{"nestedSource":"k0","nestedMint":"k1","destination":"k2","nestedOwner":"k3","ownerMint":"k4","wallet":"k5","tokenProgram":"k6"}}""")]
    [InlineData(Lookup, "00000000" + One + "fe", 4, """{"type":"createLookupTable","info":{"lookupTableAccount":"k0","lookupTableAuthority":"k1","payerAccount":"k2","systemProgram":"k3","recentSlot":1,"bumpSeed":254}}""")]
    [InlineData(Lookup, "02000000" + One + "KEY7", 4, """{"type":"extendLookupTable","info":{"lookupTableAccount":"k0","lookupTableAuthority":"k1","newAddresses":["K7"],"payerAccount":"k2","systemProgram":"k3"}}""")]
    [InlineData(Lookup, "04000000", 3, """{"type":"closeLookupTable","info":{"lookupTableAccount":"k0","lookupTableAuthority":"k1","recipient":"k2"}}""")]
    [InlineData("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", "68c3a9", 0, "\"h\u00e9\"")]
    public void A_call_shows_its_fields(string program, string data, int accounts, string parsed)
    {
        Assert.Equal(parsed, Parse(program, data, accounts));
    }

    [Theory]
    [InlineData(System, "02000000" + One, 1)]
    [InlineData(System, "02000000" + "01000000", 2)]
    [InlineData(System, "0d000000", 5)]
    [InlineData(System, "", 5)]
    [InlineData(System, "0a000000" + "KEY7" + One + "ff" + "KEY7", 2)]
    [InlineData(Token, "03" + One, 2)]
    [InlineData(Token, "0604", 2)]
    [InlineData(Token, "", 8)]
    [InlineData(Token, "ff", 8)]
    [InlineData(Lookup, "02000000" + "ffffffffffffffff", 4)]
    [InlineData(Associated, "03", 8)]
    [InlineData("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr", "ff", 0)]
    [InlineData("Koiitask22222222222222222222222222222222222", "00", 3)]
    public void A_call_that_cannot_be_taken_apart_is_shown_as_bytes(string program, string data, int accounts)
    {
        Assert.Null(Parse(program, data, accounts));
    }

    private static string? Parse(string program, string data, int accounts)
    {
        var call = new InstructionView(
            Pubkey.Parse(program), Keys[..accounts], [.. Convert.FromHexString(data.Replace("KEY7", Key7, StringComparison.Ordinal))]);
        if (InstructionParser.Parse(call) is not { } parsed)
        {
            return null;
        }

        var text = JsonSerializer.Serialize(parsed.Parsed, PondJson.Options);
        for (var index = 0; index < Keys.Length; index++)
        {
            text = text.Replace(Keys[index].ToString(), $"k{index}", StringComparison.Ordinal);
        }

        return text.Replace(new Pubkey(Convert.FromHexString(Key7)).ToString(), "K7", StringComparison.Ordinal);
    }
}
