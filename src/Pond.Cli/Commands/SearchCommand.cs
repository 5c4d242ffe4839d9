using System.CommandLine;
using System.Text.Json;
using Pond.Cli.Search;
using Pond.Cli.Terminal;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;

namespace Pond.Cli.Commands;

/// <summary><c>pond search CID QUERY</c>: queries an index that a demo made.</summary>
internal static class SearchCommand
{
    private const int MaxLimit = 1_000;

    internal static Command Create(Terminals terminals)
    {
        var index = new Argument<string>("cid") { Description = "The CID that 'pond demo' printed as the merged index." };
        var query = new Argument<string[]>("query")
        {
            Description = "Words, or an identifier such as CancelAfter.",
            Arity = ArgumentArity.OneOrMore,
        };
        var limit = new Option<int>("--limit") { Description = "How many answers at most.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("search", "Search an index that a demo made: ranked API members or files, each with a snippet.")
        {
            index, query, limit, json,
        };
        command.SetAction(parsed => Run(
            terminals,
            parsed.GetRequiredValue(index),
            string.Join(' ', parsed.GetRequiredValue(query)),
            parsed.GetValue(limit),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(Terminals terminals, string index, string query, int limit, bool json)
    {
        if (!Cid.TryParse(index, out var cid))
        {
            throw new PondException(
                "cid-invalid", $"'{index}' is no CID.", "Give the CID that 'pond demo' printed; it begins with 'bafy'.");
        }

        if (limit is < 1 or > MaxLimit)
        {
            throw new PondException("option-out-of-range", $"--limit {limit} is not possible.", $"Choose --limit from 1 to {MaxLimit}.");
        }

        using var store = new ContentStore(DemoHome.StoreFolder);
        var found = PublishedIndex.Open(store, cid).Search(query, limit);
        if (json)
        {
            terminals.Out.Profile.Out.Writer.WriteLine(
                JsonSerializer.Serialize(new { schema = 1, index = cid.ToString(), query, found }, PondJson.Options));
        }
        else
        {
            SearchView.Write(terminals.Out, found);
        }

        return ExitCode.Ok;
    }
}
