using System.Collections.Immutable;
using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Server.Tests.Ledger.Methods;

/// <summary>A token's life as wallets and explorers see it: made, held, moved, delegated and shown.</summary>
public sealed class TokenLifeTests
{
    private const byte Decimals = 2;
    private static readonly Keypair Mint = LocalLedger.KeyOf("mint");
    private static readonly Keypair Alice = LocalLedger.KeyOf("alice");
    private static readonly Pubkey Bob = LocalLedger.KeyOf("bob").PublicKey;
    private static readonly Pubkey AlicesAccount = AssociatedTokenInstruction.Find(Alice.PublicKey, Mint.PublicKey).Address;
    private static readonly Pubkey BobsAccount = AssociatedTokenInstruction.Find(Bob, Mint.PublicKey).Address;

    [Fact]
    public async Task A_transfer_moves_tokens_and_every_method_shows_it()
    {
        await using var ledger = new DrivenLedger();
        await MakeTokensAsync(ledger, 1_000);
        var transfer = ledger.Run(Alice, [
            new TokenInstruction.TransferChecked(150, Decimals).ToInstruction(AlicesAccount, Mint.PublicKey, BobsAccount, Alice.PublicKey),
            new TokenInstruction.Approve(7).ToInstruction(BobsAccount, Alice.PublicKey, Bob),
        ], [LocalLedger.KeyOf("bob")]);
        _ = await ledger.SealAsync();

        Assert.Equal(
            """{"amount":"850","decimals":2,"uiAmount":8.5,"uiAmountString":"8.5"}""", await ledger.ValueAsync("getTokenAccountBalance", $"[\"{AlicesAccount}\"]"));
        Assert.Equal(
            """{"amount":"1000","decimals":2,"uiAmount":10.0,"uiAmountString":"10"}""", await ledger.ValueAsync("getTokenSupply", $"[\"{Mint.PublicKey}\"]"));
        Assert.Equal(
            [$"{AlicesAccount} 850", $"{BobsAccount} 150"],
            Items(await ledger.ValueAsync("getTokenLargestAccounts", $"[\"{Mint.PublicKey}\"]"))
                .Select(item => $"{item.GetProperty("address").GetString()} {item.GetProperty("amount").GetString()}"), StringComparer.Ordinal);

        var held = Items(await ledger.ValueAsync(
            "getTokenAccountsByOwner", $$"""["{{Bob}}",{"mint":"{{Mint.PublicKey}}"},{"encoding":"jsonParsed"}]""")).Single();
        Assert.Equal($"{BobsAccount}", held.GetProperty("pubkey").GetString());
        Assert.Equal(
            $$$"""{"mint":"{{{Mint.PublicKey}}}","owner":"{{{Bob}}}","tokenAmount":{"amount":"150","decimals":2,"uiAmount":1.5,"uiAmountString":"1.5"},"delegate":"{{{Alice.PublicKey}}}","state":"initialized","isNative":false,"delegatedAmount":{"amount":"7","decimals":2,"uiAmount":0.07,"uiAmountString":"0.07"}}""",
            held.GetProperty("account").GetProperty("data").GetProperty("parsed").GetProperty("info").GetRawText());
        Assert.Equal(
            [$"{BobsAccount}"],
            Items(await ledger.ValueAsync(
                "getTokenAccountsByDelegate", $$"""["{{Alice.PublicKey}}",{"programId":"{{ProgramIds.Token}}"},{"encoding":"base64"}]"""))
                .Select(item => item.GetProperty("pubkey").GetString()), StringComparer.Ordinal);

        var meta = JsonDocument.Parse(await ledger.CallAsync("getTransaction", $$"""["{{transfer.Id}}",{"encoding":"jsonParsed"}]""")).RootElement;
        Assert.Equal(["1000", "0"], Amounts(meta, "preTokenBalances"));
        Assert.Equal(["850", "150"], Amounts(meta, "postTokenBalances"));
        Assert.Equal(
            $$$"""{"type":"transferChecked","info":{"source":"{{{AlicesAccount}}}","mint":"{{{Mint.PublicKey}}}","destination":"{{{BobsAccount}}}","tokenAmount":{"amount":"150","decimals":2,"uiAmount":1.5,"uiAmountString":"1.5"},"authority":"{{{Alice.PublicKey}}}"}}""",
            meta.GetProperty("transaction").GetProperty("message").GetProperty("instructions")[0].GetProperty("parsed").GetRawText());
    }

    [Fact]
    public async Task An_account_that_changes_hands_is_found_with_its_new_owner_and_a_closed_one_with_nobody()
    {
        await using var ledger = new DrivenLedger();
        await MakeTokensAsync(ledger, 10);
        _ = ledger.Run(Alice, [new TokenInstruction.SetAuthority(AuthorityType.AccountOwner, Bob).ToInstruction(AlicesAccount, Alice.PublicKey)]);

        Assert.Empty(await FindAsync(ledger, Alice.PublicKey));
        Assert.Equal(new[] { AlicesAccount, BobsAccount }.Order().Select(key => $"{key}"), await FindAsync(ledger, Bob), StringComparer.Ordinal);

        _ = ledger.Run(Alice, [new TokenInstruction.CloseAccount().ToInstruction(BobsAccount, Bob, Bob)], [LocalLedger.KeyOf("bob")]);
        Assert.Equal([$"{AlicesAccount}"], await FindAsync(ledger, Bob), StringComparer.Ordinal);
    }

    private static async Task<IEnumerable<string?>> FindAsync(DrivenLedger ledger, Pubkey owner) =>
        Items(await ledger.ValueAsync("getTokenAccountsByOwner", $$"""["{{owner}}",{"programId":"{{ProgramIds.Token}}"},{"encoding":"base64"}]"""))
            .Select(item => item.GetProperty("pubkey").GetString());

    // A mint, an account for Alice with all tokens, and one for Bob with none.
    private static async Task MakeTokensAsync(DrivenLedger ledger, ulong amount)
    {
        ledger.Fund(Alice.PublicKey, Lamports.FromKoii(1));
        ImmutableArray<Instruction> calls =
        [
            new SystemInstruction.CreateAccount(Pond.Ledger.Rent.MinimumFor(Primitives.Tokens.Mint.SizeBytes), Primitives.Tokens.Mint.SizeBytes, ProgramIds.Token)
                .ToInstruction(Alice.PublicKey, Mint.PublicKey),
            new TokenInstruction.InitializeMint2(Decimals, Alice.PublicKey, FreezeAuthority: null).ToInstruction(Mint.PublicKey),
            AssociatedTokenInstruction.Create.ToInstruction(Alice.PublicKey, Alice.PublicKey, Mint.PublicKey),
            AssociatedTokenInstruction.Create.ToInstruction(Alice.PublicKey, Bob, Mint.PublicKey),
            new TokenInstruction.MintTo(amount).ToInstruction(Mint.PublicKey, AlicesAccount, Alice.PublicKey),
        ];
        var made = ledger.Run(Alice, calls, [Mint]);
        _ = await ledger.SealAsync();
        Assert.Contains("\"err\":null", await ledger.ValueAsync("getSignatureStatuses", $"[[\"{made.Id}\"]]"), StringComparison.Ordinal);
    }

    private static string[] Amounts(JsonElement transaction, string balances) =>
    [
        .. transaction.GetProperty("meta").GetProperty(balances).EnumerateArray()
            .OrderBy(balance => balance.GetProperty("owner").GetString() == $"{Bob}")
            .Select(balance => balance.GetProperty("uiTokenAmount").GetProperty("amount").GetString()!),
    ];

    private static ImmutableArray<JsonElement> Items(string array) => [.. JsonDocument.Parse(array).RootElement.EnumerateArray()];
}
