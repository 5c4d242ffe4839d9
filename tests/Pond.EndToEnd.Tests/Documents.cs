using System.Text;
using Pond.Primitives;

namespace Pond.EndToEnd.Tests;

/// <summary>Small folders of documents, the same in every run.</summary>
internal static class Documents
{
    private static readonly string[] Subjects = ["stream", "token", "timer", "buffer", "socket", "thread", "queue", "round"];
    private static readonly string[] Verbs = ["cancels", "flushes", "opens", "awaits", "copies", "closes", "retries", "signals"];
    private static readonly string[] Endings = ["after a timeout", "before it returns", "without a lock", "in order", "on any thread"];

    /// <summary>Text, Markdown, HTML and API documentation, and two files that are no documents.</summary>
    internal static void WriteTo(TemporaryFolder folder)
    {
        var random = DeterministicRandom.ForStream(7, "documents");
        for (var number = 0; number < 60; number++)
        {
            folder.Write($"notes/note-{number:D2}.txt", Sentences(random, 30));
            folder.Write($"guide/page-{number:D2}.md", $"# Page {number}\n\n{Sentences(random, 20)}\n");
        }

        for (var number = 0; number < 20; number++)
        {
            folder.Write($"site/page-{number:D2}.html", $"<html><body><h1>Site {number}</h1><p>{Sentences(random, 20)}</p></body></html>");
        }

        var members = new StringBuilder("<?xml version=\"1.0\"?>\n<doc>\n  <assembly><name>Example</name></assembly>\n  <members>\n");
        for (var number = 0; number < 200; number++)
        {
            members.Append(
                $"    <member name=\"M:Example.Pool.Method{number}(System.Int32)\"><summary>{Sentences(random, 4)}</summary></member>\n");
        }

        members.Append(
            "    <member name=\"M:Example.Source.CancelAfter(System.TimeSpan)\"><summary>Schedules a cancel operation after the given timeout.</summary></member>\n");
        folder.Write("api/Example.xml", members.Append("  </members>\n</doc>\n").ToString());
        folder.Write("bin/picture.png", "\u0001\0\u0002");
        folder.Write("bin/program.exe", "MZ\0\0");
    }

    private static string Sentences(DeterministicRandom random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ =>
            $"The {Pick(random, Subjects)} {Pick(random, Verbs)} the {Pick(random, Subjects)} {Pick(random, Endings)}."));

    private static string Pick(DeterministicRandom random, string[] words) => words[random.NextBelow(words.Length)];
}
