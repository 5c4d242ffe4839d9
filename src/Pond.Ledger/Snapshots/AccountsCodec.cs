using System.Collections.Immutable;
using Pond.Ledger.Accounts;

namespace Pond.Ledger.Snapshots;

/// <summary>Accounts as bytes, each with whatever it holds.</summary>
internal static class AccountsCodec
{
    private const int BufferSizeBytes = 4096;

    private static readonly Lazy<Hash> Fingerprint = new(() => ValueCodec.FingerprintOf(typeof(AccountContent)));

    internal static ImmutableArray<byte> Write(IReadOnlyCollection<(Pubkey Key, StoredAccount? Account)> accounts)
    {
        using var output = new MemoryStream(BufferSizeBytes);
        using var writer = new StateWriter(output, BufferSizeBytes);
        writer.Hash(Fingerprint.Value);
        writer.Count(accounts.Count);
        foreach (var (key, account) in accounts)
        {
            writer.Hash(new Hash(key.Bytes));
            writer.Byte(account is null ? (byte)0 : (byte)1);
            if (account is not null)
            {
                writer.Number(account.Lamports.Value);
                writer.Hash(new Hash(account.Owner.Bytes));
                writer.Byte((byte)((account.IsExecutable ? 1 : 0) | (account.Content is BytesContent ? 2 : 0)));
                if (account.Content is BytesContent bytes)
                {
                    writer.Sized(bytes.Bytes.AsSpan());
                }
                else
                {
                    ValueCodec.Of<AccountContent>().Write(writer, account.Content);
                }
            }
        }

        writer.Flush();
        return [.. output.ToArray()];
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are something else, or another version of Pond wrote them.</exception>
    internal static ImmutableArray<(Pubkey Key, StoredAccount? Account)> Read(ImmutableArray<byte> bytes, Genesis genesis)
    {
        using var input = new MemoryStream([.. bytes], writable: false);
        using var reader = new StateReader(input, genesis, BufferSizeBytes);
        if (reader.Hash() != Fingerprint.Value)
        {
            throw new FormatException("It was written by a version of Pond whose accounts are made otherwise.");
        }

        var accounts = ImmutableArray.CreateBuilder<(Pubkey, StoredAccount?)>();
        var seen = new HashSet<Pubkey>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var key = new Pubkey(reader.Hash().Bytes);
            if (!seen.Add(key))
            {
                throw new FormatException($"{key} stands in it twice.");
            }

            accounts.Add((key, reader.Byte() == 0 ? null : ReadAccount(reader)));
        }

        return accounts.ToImmutable();
    }

    private static StoredAccount ReadAccount(StateReader reader)
    {
        var (lamports, owner, flags) = (new Lamports(reader.Number()), new Pubkey(reader.Hash().Bytes), reader.Byte());
        AccountContent? content = (flags & 2) != 0
            ? reader.Sized() is { Length: > 0 } bytes ? new BytesContent([.. bytes]) : BytesContent.Empty
            : ValueCodec.Of<AccountContent>().Read(reader);
        return content is null or BytesContent { Bytes.IsDefault: true }
            ? throw new FormatException("An account has no content.")
            : new StoredAccount(lamports, owner, content, (flags & 1) != 0);
    }
}
