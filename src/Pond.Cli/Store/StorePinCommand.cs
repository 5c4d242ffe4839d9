using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Cli.Store;

/// <summary><c>pond store pin add|rm|ls</c></summary>
internal static class StorePinCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("pin", "Say what stays.") { CreateAdd(terminals, timeProvider), CreateRemove(terminals, timeProvider), CreateList(terminals, timeProvider), StoreRemotePinCommand.Create(terminals, timeProvider) };

    private static Command CreateAdd(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("cid") { Description = "A CID, or a path such as CID/folder." };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var name = new Option<string>("--name") { Description = "What the pin is called.", DefaultValueFactory = _ => "" };
        var direct = new Option<bool>("--direct") { Description = "Keep this block alone, and nothing below it." };
        var days = new Option<double?>("--expires-days") { Description = "After how many days the pin ends by itself." };
        var command = new Command("add", "Keep content that is here.") { path, home, json, name, direct, days };
        command.SetAction(parsed =>
        {
            using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
            var pin = store.Pin(new Pin(StoreCommand.Resolve(store, parsed.GetRequiredValue(path)), parsed.GetValue(name)!)
            {
                Kind = parsed.GetValue(direct) ? PinKind.Direct : PinKind.Recursive,
                ExpiresAt = parsed.GetValue(days) is { } given ? timeProvider.GetUtcNow().AddDays(Math.Clamp(given, 0, 36_500)) : null,
            });
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, pin = ViewOf(pin) });
            }
            else
            {
                StoreOutput.Line(terminals, $"{pin.Root}  {StoreOutput.Size(pin.SizeBytes)}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateRemove(Terminals terminals, TimeProvider timeProvider)
    {
        var path = new Argument<string>("cid") { Description = "A CID, or a path such as CID/folder." };
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var name = new Option<string?>("--name") { Description = "The pin of this name alone. Default: all pins of the CID." };
        var command = new Command("rm", "Let content go; the next collection deletes it.") { path, home, json, name };
        command.SetAction(parsed =>
        {
            using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
            var cid = StoreCommand.Resolve(store, parsed.GetRequiredValue(path));
            var removed = store.Pins
                .Where(pin => pin.Root == cid && (parsed.GetValue(name) is not { } only || only == pin.Name))
                .Where(store.Unpin)
                .ToList();
            if (removed.Count == 0)
            {
                throw new PondException("pin-not-found", $"{cid} has no such pin.", "List the pins with 'pond store pin ls'.");
            }

            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, removed = removed.Select(ViewOf) });
            }
            else
            {
                StoreOutput.Line(terminals, cid.ToString());
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateList(Terminals terminals, TimeProvider timeProvider)
    {
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var command = new Command("ls", "List the pins.") { home, json };
        command.SetAction(parsed =>
        {
            using var store = StoreCommand.Open(parsed.GetValue(home), timeProvider);
            var pins = store.Pins.OrderBy(pin => pin.Name, StringComparer.Ordinal).ThenBy(pin => pin.Root.ToString(), StringComparer.Ordinal);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, pins = pins.Select(ViewOf) });
                return ExitCode.Ok;
            }

            foreach (var pin in pins)
            {
                var expiry = pin.ExpiresAt is { } end ? $"  until {end:yyyy-MM-dd HH:mm}" : "";
                StoreOutput.Line(terminals, $"{pin.Root}  {(pin.Kind == PinKind.Direct ? "direct" : "recursive")}  {StoreOutput.Size(pin.SizeBytes)}  {pin.Name}{expiry}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static object ViewOf(Pin pin) => new { Cid = pin.Root.ToString(), pin.Name, pin.Kind, pin.Owner, pin.ExpiresAt, pin.SizeBytes };
}
