using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task</c></summary>
internal static class TaskCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("task", "Write tasks, deploy them, and see what becomes of them.")
        {
            TaskNewCommand.Create(terminals),
            TaskBuildCommand.Create(terminals),
            TaskTestCommand.Create(terminals),
            TaskAttackCommand.Create(terminals, timeProvider),
            TaskDeployCommand.Create(terminals, timeProvider),
            TaskUpdateCommand.Create(terminals, timeProvider),
            TaskListCommand.Create(terminals, timeProvider),
            TaskStatusCommand.Create(terminals, timeProvider),
            TaskResultsCommand.Create(terminals, timeProvider),
            TaskCallCommand.Create(terminals, timeProvider),
            TaskFundCommand.Create(terminals, timeProvider),
            TaskActivateCommand.Create(terminals, timeProvider, isActive: true),
            TaskActivateCommand.Create(terminals, timeProvider, isActive: false),
        };
}
