using System.Text;
using System.Text.Encodings.Web;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Content;

/// <summary>The page that lists a directory. Every name in it is a stranger's text.</summary>
internal static class GatewayPage
{
    internal static string Of(ContentPath path, Cid cid, IReadOnlyList<DirectoryEntry> entries)
    {
        var html = HtmlEncoder.Default;
        var title = html.Encode($"/ipfs/{path}/");
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.Append($"<title>{title}</title>");
        page.Append("<style>body{font:1rem system-ui;margin:2rem}td{padding:.1rem 1rem .1rem 0}code{color:#666}</style></head>\n");
        page.Append($"<body><h1>{title}</h1><p><code>{cid}</code></p><table>\n");
        if (path.Segments.Count > 0)
        {
            page.Append("<tr><td><a href=\"../\">../</a></td></tr>\n");
        }

        foreach (var entry in entries)
        {
            // The dot keeps a name such as "javascript:x" or "//host" from being more than a name.
            page.Append($"<tr><td><a href=\"./{Uri.EscapeDataString(entry.Name)}\">{html.Encode(entry.Name)}</a></td>");
            page.Append($"<td>{entry.Tsize}</td><td><code>{entry.Cid}</code></td></tr>\n");
        }

        page.Append("</table></body></html>\n");
        return page.ToString();
    }
}
