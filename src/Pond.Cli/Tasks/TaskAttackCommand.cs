using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Simulation.Attacks;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task attack</c></summary>
internal static class TaskAttackCommand
{
    private const int DefaultSeconds = 60;

    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var simulated = new SimulatedTaskOptions(terminals);
        var seconds = new Option<int>("--seconds") { Description = "How long to search.", DefaultValueFactory = _ => DefaultSeconds };
        var seed = new Option<ulong>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        var json = LedgerCommand.JsonOption();
        var command = new Command("attack", "Search for dishonest nodes that break a task: results paid that are none, honest nodes slashed, rounds unpaid.") { seconds, seed, json };
        simulated.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var task = await simulated.OpenAsync(parsed, cancellationToken);
            var began = timeProvider.GetTimestamp();
            var limit = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            var attack = new TaskAttack(task.Types.Task, task.Types.Others, task.NewOptions);
            var found = attack.Search(
                parsed.GetValue(seed), () => cancellationToken.IsCancellationRequested || timeProvider.GetElapsedTime(began) > limit);
            cancellationToken.ThrowIfCancellationRequested();
            var replay = found is null ? null : $"pond task test{simulated.DescribeFor(parsed)} {found.Options}";
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new
                {
                    schema = 1,
                    played = attack.Played,
                    broken = found is null ? null : new { found.Break.Kind, round = found.Break.Round, found.Break.Message, found.Nodes, found.Rounds, found.Scenario, found.Seed, traceHash = found.Result.TraceHash, replay },
                    freeRides = attack.FreeRides,
                });
            }
            else
            {
                StoreOutput.Line(terminals, found is null
                    ? $"not broken in {attack.Played} simulations"
                    : $"broken after {attack.Played} simulations: {found.Break.Message}");
                if (replay is not null)
                {
                    StoreOutput.Line(terminals, $"see it again: {replay}");
                }

                foreach (var (group, calls) in attack.FreeRides)
                {
                    StoreOutput.Line(terminals, $"free ride: nodes of the kind '{group}' saved themselves {calls} calls of the task");
                }
            }

            return found is null ? ExitCode.Ok : ExitCode.CheckFailed;
        });
        return command;
    }
}
