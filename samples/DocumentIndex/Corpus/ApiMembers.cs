using System.Xml;

namespace DocumentIndex;

/// <summary>Finds the <c>member</c> elements in a compiler's API documentation, as bytes.</summary>
/// <remarks>
/// The search knows nothing of comments or CDATA, which makes it as fast as memory. That is enough, because a file is only
/// cut this way if a real XML parser finds the same members in it (<see cref="IsApiDocumentation"/>).
/// </remarks>
internal static class ApiMembers
{
    /// <summary>The bytes of the shortest member, <c>&lt;member /&gt;</c>.</summary>
    internal const int MinBytes = 10;

    /// <summary>The members in these bytes, in order. Never throws; of a member without an end it says nothing.</summary>
    internal static List<(int Offset, int Length)> Find(ReadOnlySpan<byte> bytes)
    {
        var members = new List<(int, int)>();
        var at = 0;
        while (TryFind(bytes[at..], out var start, out var length))
        {
            members.Add((at + start, length));
            at += start + length;
        }

        return members;
    }

    /// <summary>
    /// Whether the file is well-formed XML of the shape <c>doc/members/member[@name]</c> with just the members that
    /// <see cref="Find"/> found. A file that is not is one document like any other.
    /// </summary>
    internal static bool IsApiDocumentation(byte[] file, List<(int Offset, int Length)> members)
    {
        if (members.Count == 0)
        {
            return false;
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(file, writable: false), settings);
            var (found, parent) = (0, "");
            while (reader.Read())
            {
                if (reader.NodeType is not XmlNodeType.Element)
                {
                    continue;
                }

                switch (reader.Depth)
                {
                    case 0 when reader.Name != "doc":
                        return false;
                    case 1:
                        parent = reader.Name;
                        break;
                    case 2 when parent == "members" && reader.Name == "member" && reader.GetAttribute("name") is not null:
                        found++;
                        break;
                }
            }

            return found == members.Count;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    private static bool TryFind(ReadOnlySpan<byte> bytes, out int start, out int length)
    {
        start = 0;
        length = 0;
        while (bytes[start..].IndexOf("<member"u8) is >= 0 and var next)
        {
            start += next;
            var rest = bytes[start..];
            var afterName = rest["<member"u8.Length..];
            if (afterName.IsEmpty || afterName[0] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                start++; // <members> begins the same way.
                continue;
            }

            var tagEnd = rest.IndexOf((byte)'>');
            if (tagEnd > 0 && rest[tagEnd - 1] == (byte)'/')
            {
                length = tagEnd + 1;
                return true;
            }

            var end = rest.IndexOf("</member>"u8);
            length = end + "</member>"u8.Length;
            return end >= 0;
        }

        return false;
    }
}
