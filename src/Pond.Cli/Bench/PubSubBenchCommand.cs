using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench pubsub</c></summary>
internal static class PubSubBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var subscribers = new Option<int>("--subscribers") { Description = "How many sockets subscribe to slots.", DefaultValueFactory = _ => 10_000 };
        var slots = new Option<int>("--slots") { Description = "How many slots are measured.", DefaultValueFactory = _ => 50 };
        var slotMs = new Option<int>("--slot-ms") { Description = "How long a slot lasts.", DefaultValueFactory = _ => 400 };
        var command = new Command("pubsub", "Measure how late subscribers hear of a slot.") { json, subscribers, slots, slotMs };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(subscribers) is < 1 or > 15_000 || parsed.GetValue(slots) is < 1 or > 10_000 || parsed.GetValue(slotMs) is < 20 or > 10_000)
            {
                throw new PondException(
                    "option-out-of-range",
                    "The sizes are not possible.",
                    "Choose --subscribers from 1 to 15000, --slots from 1 to 10000 and --slot-ms from 20 to 10000.");
            }

            var bench = new PubSubBench(
                parsed.GetValue(subscribers),
                parsed.GetValue(slots),
                TimeSpan.FromMilliseconds(parsed.GetValue(slotMs)),
                timeProvider,
                line => StoreOutput.Notice(terminals, line));
            var report = await bench.RunAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, report);
            }
            else
            {
                StoreOutput.Line(terminals, $"{report.Subscribers} subscribers, {report.Slots} slots of {report.SlotMs} ms");
                Write(terminals, "pond", report.Pond);
                Write(terminals, "bare", report.Bare);
                StoreOutput.Line(terminals, $"every notification within its slot: {(report.IsReached ? "reached" : "NOT reached")}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    internal static Command CreateListeners(Terminals terminals, TimeProvider timeProvider)
    {
        var endpoint = new Argument<string>("endpoint");
        var count = new Argument<int>("count");
        var message = new Argument<string>("message");
        var command = new Command(PubSubListeners.CommandName, "The listening half of 'pond bench pubsub'.") { endpoint, count, message };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => PubSubListeners.ListenAsync(
            new Uri(parsed.GetValue(endpoint)!), parsed.GetValue(count), parsed.GetValue(message)!, timeProvider, cancellationToken));
        return command;
    }

    private static void Write(Terminals terminals, string name, PubSubBenchSide side) => StoreOutput.Line(
        terminals,
        $"{name}  lag median {side.MedianMs,7:F2} ms, 99 % {side.P99Ms,7:F2} ms, worst {side.WorstMs,7:F2} ms; {side.Received} of {side.Expected} messages; {side.ConnectedKib:F1} KiB a socket, {side.EndKib:F1} at the end");
}
