using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pond_Task1;

/// <summary>What is kept of a page: what most readers see alike, and not what changes with each reader.</summary>
/// <param name="Url">The page.</param>
/// <param name="Title">Its title; empty if it has none.</param>
/// <param name="Words">How many words its text has.</param>
/// <param name="TextHash">SHA-256 of its words with single blanks between them.</param>
public sealed partial record PageFacts(string Url, string Title, int Words, string TextHash)
{
    /// <summary>The longest JSON of one, in bytes: what strangers submit may be anything.</summary>
    public const int MaxJsonBytes = 4_000;

    private const int MaxTitleLength = 200;

    /// <summary>Reads the facts off a page's HTML.</summary>
    public static PageFacts Of(string url, string html)
    {
        var title = WebUtility.HtmlDecode(TitleElement().Match(html).Groups["text"].Value).Trim();
        var text = WebUtility.HtmlDecode(Markup().Replace(html, " "));
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new(
            url,
            title.Length <= MaxTitleLength ? title : title[..MaxTitleLength],
            words.Length,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', words)))));
    }

    /// <summary>Reads facts that a stranger has written; null if they are none.</summary>
    public static PageFacts? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<PageFacts>(json) is { Url: not null, Title: not null, TextHash: not null } facts ? facts : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The facts as JSON; equal facts give equal bytes, and so the same CID.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    [GeneratedRegex("<title[^>]*>(?<text>.*?)</title>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex TitleElement();

    [GeneratedRegex("<script[^>]*>.*?</script>|<style[^>]*>.*?</style>|<[^>]*>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.NonBacktracking)]
    private static partial Regex Markup();
}
