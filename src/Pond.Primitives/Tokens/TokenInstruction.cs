using System.Diagnostics.CodeAnalysis;

namespace Pond.Primitives.Tokens;

/// <summary>One call of the token program, in the byte layout of SPL Token: a byte that says which, then its fields.</summary>
/// <remarks>Amounts are in the token's smallest unit. The calls with their accounts are made by <see cref="TokenCalls"/>.</remarks>
public abstract record TokenInstruction
{
    private TokenInstruction()
    {
    }

    /// <summary>Begins a kind of token (0). The Rent sysvar is one of its accounts.</summary>
    /// <param name="Decimals">Decimal places.</param>
    /// <param name="MintAuthority">Who may make tokens.</param>
    /// <param name="FreezeAuthority">Who may freeze accounts; null if nobody ever.</param>
    public sealed record InitializeMint(byte Decimals, Pubkey MintAuthority, Pubkey? FreezeAuthority) : TokenInstruction;

    /// <summary>Begins a token account (1). Its owner and the Rent sysvar are among its accounts.</summary>
    public sealed record InitializeAccount : TokenInstruction;

    /// <summary>Begins a multisig (2). The Rent sysvar and the signers are its accounts.</summary>
    /// <param name="Required">How many of the signers must sign.</param>
    public sealed record InitializeMultisig(byte Required) : TokenInstruction;

    /// <summary>Moves tokens (3).</summary>
    /// <param name="Amount">How many.</param>
    public sealed record Transfer(ulong Amount) : TokenInstruction;

    /// <summary>Lets a delegate spend tokens (4).</summary>
    /// <param name="Amount">How many.</param>
    public sealed record Approve(ulong Amount) : TokenInstruction;

    /// <summary>Takes the delegate's right away (5).</summary>
    public sealed record Revoke : TokenInstruction;

    /// <summary>Hands a right over (6).</summary>
    /// <param name="Type">Which.</param>
    /// <param name="NewAuthority">To whom; null for nobody.</param>
    public sealed record SetAuthority(AuthorityType Type, Pubkey? NewAuthority) : TokenInstruction;

    /// <summary>Makes tokens (7).</summary>
    /// <param name="Amount">How many.</param>
    public sealed record MintTo(ulong Amount) : TokenInstruction;

    /// <summary>Destroys tokens (8).</summary>
    /// <param name="Amount">How many.</param>
    public sealed record Burn(ulong Amount) : TokenInstruction;

    /// <summary>Removes an empty token account and moves its lamports (9).</summary>
    public sealed record CloseAccount : TokenInstruction;

    /// <summary>Stops a token account (10).</summary>
    public sealed record FreezeAccount : TokenInstruction;

    /// <summary>Lets a stopped token account go on (11).</summary>
    public sealed record ThawAccount : TokenInstruction;

    /// <summary>Moves tokens of a mint that the sender names (12).</summary>
    /// <param name="Amount">How many.</param>
    /// <param name="Decimals">What the sender takes the mint's decimal places for.</param>
    public sealed record TransferChecked(ulong Amount, byte Decimals) : TokenInstruction;

    /// <summary>Lets a delegate spend tokens of a mint that the owner names (13).</summary>
    /// <param name="Amount">How many.</param>
    /// <param name="Decimals">What the owner takes the mint's decimal places for.</param>
    public sealed record ApproveChecked(ulong Amount, byte Decimals) : TokenInstruction;

    /// <summary>Makes tokens (14).</summary>
    /// <param name="Amount">How many.</param>
    /// <param name="Decimals">What the authority takes the mint's decimal places for.</param>
    public sealed record MintToChecked(ulong Amount, byte Decimals) : TokenInstruction;

    /// <summary>Destroys tokens (15).</summary>
    /// <param name="Amount">How many.</param>
    /// <param name="Decimals">What the owner takes the mint's decimal places for.</param>
    public sealed record BurnChecked(ulong Amount, byte Decimals) : TokenInstruction;

    /// <summary>Begins a token account (16). The Rent sysvar is one of its accounts.</summary>
    /// <param name="Owner">Its owner.</param>
    public sealed record InitializeAccount2(Pubkey Owner) : TokenInstruction;

    /// <summary>Counts the lamports that somebody sent to an account of wrapped lamports (17).</summary>
    public sealed record SyncNative : TokenInstruction;

    /// <summary>Begins a token account (18).</summary>
    /// <param name="Owner">Its owner.</param>
    public sealed record InitializeAccount3(Pubkey Owner) : TokenInstruction;

    /// <summary>Begins a multisig (19). The signers are its accounts.</summary>
    /// <param name="Required">How many of them must sign.</param>
    public sealed record InitializeMultisig2(byte Required) : TokenInstruction;

    /// <summary>Begins a kind of token (20).</summary>
    /// <param name="Decimals">Decimal places.</param>
    /// <param name="MintAuthority">Who may make tokens.</param>
    /// <param name="FreezeAuthority">Who may freeze accounts; null if nobody ever.</param>
    public sealed record InitializeMint2(byte Decimals, Pubkey MintAuthority, Pubkey? FreezeAuthority) : TokenInstruction;

    /// <summary>Hands back how large an account for a mint must be (21).</summary>
    public sealed record GetAccountDataSize : TokenInstruction;

    /// <summary>Does nothing but check that the account is not in use yet (22): in this program every owner can be changed.</summary>
    public sealed record InitializeImmutableOwner : TokenInstruction;

    /// <summary>Hands back an amount as text (23).</summary>
    /// <param name="Amount">The amount.</param>
    public sealed record AmountToUiAmount(ulong Amount) : TokenInstruction;

    /// <summary>Hands back the amount that a text means (24).</summary>
    /// <param name="Text">The text.</param>
    public sealed record UiAmountToAmount(string Text) : TokenInstruction;

    /// <summary>The instruction's data.</summary>
    public byte[] Encode() => this switch
    {
        InitializeMint mint => new TokenWriter(0).Byte(mint.Decimals).Key(mint.MintAuthority).Option(mint.FreezeAuthority).ToArray(),
        InitializeAccount => [1],
        InitializeMultisig multisig => [2, multisig.Required],
        Transfer transfer => new TokenWriter(3).Number(transfer.Amount).ToArray(),
        Approve approve => new TokenWriter(4).Number(approve.Amount).ToArray(),
        Revoke => [5],
        SetAuthority set => new TokenWriter(6).Byte((byte)set.Type).Option(set.NewAuthority).ToArray(),
        MintTo mint => new TokenWriter(7).Number(mint.Amount).ToArray(),
        Burn burn => new TokenWriter(8).Number(burn.Amount).ToArray(),
        CloseAccount => [9],
        FreezeAccount => [10],
        ThawAccount => [11],
        TransferChecked transfer => new TokenWriter(12).Number(transfer.Amount).Byte(transfer.Decimals).ToArray(),
        ApproveChecked approve => new TokenWriter(13).Number(approve.Amount).Byte(approve.Decimals).ToArray(),
        MintToChecked mint => new TokenWriter(14).Number(mint.Amount).Byte(mint.Decimals).ToArray(),
        BurnChecked burn => new TokenWriter(15).Number(burn.Amount).Byte(burn.Decimals).ToArray(),
        InitializeAccount2 account => new TokenWriter(16).Key(account.Owner).ToArray(),
        SyncNative => [17],
        InitializeAccount3 account => new TokenWriter(18).Key(account.Owner).ToArray(),
        InitializeMultisig2 multisig => [19, multisig.Required],
        InitializeMint2 mint => new TokenWriter(20).Byte(mint.Decimals).Key(mint.MintAuthority).Option(mint.FreezeAuthority).ToArray(),
        GetAccountDataSize => [21],
        InitializeImmutableOwner => [22],
        AmountToUiAmount amount => new TokenWriter(23).Number(amount.Amount).ToArray(),
        UiAmountToAmount amount => [24, .. System.Text.Encoding.UTF8.GetBytes(amount.Text)],
        _ => throw new System.Diagnostics.UnreachableException($"No case for {this}."),
    };

    /// <summary>Reads an instruction's data. Bytes after the last field are ignored, as K2 does.</summary>
    /// <returns>False if there is no such instruction, a field has no such value, or the data ends early.</returns>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out TokenInstruction? instruction)
    {
        var reader = new TokenReader(data);
        TokenInstruction? parsed = reader.Byte() switch
        {
            0 => new InitializeMint(reader.Byte(), reader.Key(), reader.Option()),
            1 => new InitializeAccount(),
            2 => new InitializeMultisig(reader.Byte()),
            3 => new Transfer(reader.Number()),
            4 => new Approve(reader.Number()),
            5 => new Revoke(),
            6 => new SetAuthority(reader.AuthorityType(), reader.Option()),
            7 => new MintTo(reader.Number()),
            8 => new Burn(reader.Number()),
            9 => new CloseAccount(),
            10 => new FreezeAccount(),
            11 => new ThawAccount(),
            12 => new TransferChecked(reader.Number(), reader.Byte()),
            13 => new ApproveChecked(reader.Number(), reader.Byte()),
            14 => new MintToChecked(reader.Number(), reader.Byte()),
            15 => new BurnChecked(reader.Number(), reader.Byte()),
            16 => new InitializeAccount2(reader.Key()),
            17 => new SyncNative(),
            18 => new InitializeAccount3(reader.Key()),
            19 => new InitializeMultisig2(reader.Byte()),
            20 => new InitializeMint2(reader.Byte(), reader.Key(), reader.Option()),
            21 => new GetAccountDataSize(),
            22 => new InitializeImmutableOwner(),
            23 => new AmountToUiAmount(reader.Number()),
            24 => new UiAmountToAmount(reader.Text()),
            _ => null,
        };
        instruction = reader.IsGood ? parsed : null;
        return instruction is not null;
    }
}
