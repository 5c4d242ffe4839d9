using System.CommandLine;
using Pond.Cli.Store.Sessions;
using Pond.Cli.Terminal;
using Pond.Store;
using Pond.Store.Dag;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store;

/// <summary><c>pond store stat [CID]</c></summary>
internal static class StoreStatCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string?>("cid")
        {
            Description = "A CID, or a path such as CID/folder/file; left out, the store as a whole.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var command = new Command("stat", "Say how large the store is, or what is under a CID.") { path, home, json };
        command.SetAction(parsed =>
        {
            using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
            if (parsed.GetValue(path) is { } asked)
            {
                WriteContent(terminals, store, StoreCommand.Resolve(store, asked), parsed.GetValue(json));
            }
            else
            {
                WriteStore(terminals, store, parsed.GetValue(json));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteContent(Terminals terminals, IStoreSession store, Cid cid, bool json)
    {
        var node = UnixFsReader.Describe(store.Blocks, cid);
        var kind = node.IsDirectory ? "directory" : node.Kind == UnixFsKind.Symlink ? "link" : "file";
        var blocks = 0L;
        var bytes = 0L;
        var counted = new HashSet<Multihash>();
        var walk = new DagWalk(cid);
        while (walk.Needed is { } below)
        {
            var block = store.Blocks.Read(below);
            if (counted.Add(below.Hash))
            {
                blocks++;
                bytes += block.Length;
            }

            walk.Supply(block);
        }

        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, cid = cid.ToString(), kind, node.FileSize, blocks, blockBytes = bytes });
            return;
        }

        StoreOutput.Line(terminals, $"cid     {cid}");
        StoreOutput.Line(terminals, $"kind    {kind}");
        StoreOutput.Line(terminals, $"size    {StoreOutput.Size(node.FileSize)}");
        StoreOutput.Line(terminals, $"blocks  {blocks}, {StoreOutput.Size(bytes)}");
    }

    private static void WriteStore(Terminals terminals, IStoreSession store, bool json)
    {
        var (folder, count, bytes, pins) = store.Summarise();
        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, folder, blocks = count, blockBytes = bytes, pins });
            return;
        }

        StoreOutput.Line(terminals, $"folder  {folder}");
        StoreOutput.Line(terminals, $"blocks  {count}, {StoreOutput.Size(bytes)}");
        StoreOutput.Line(terminals, $"pins    {pins}");
    }
}
