using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Simulation.Tasks;

namespace Pond.Cli.Tasks;

/// <summary>Which task is simulated: a project, or a program that is built already.</summary>
internal sealed class SimulatedTaskOptions(Terminals terminals)
{
    private readonly ProjectOptions _project = new(terminals);
    private readonly Option<string?> _task = new("--task") { Description = "The class of the task, where the program has several." };
    private readonly Option<string[]> _with = new("--with")
    {
        Description = "A further assembly with tasks that play against it, such as that of its tests. May be repeated.",
        DefaultValueFactory = _ => [],
    };

    internal void AddTo(Command command)
    {
        _project.AddTo(command);
        command.Add(_task);
        command.Add(_with);
    }

    internal string DescribeFor(ParseResult parsed) => string.Concat(
        _project.FolderOf(parsed) is "." ? "" : $" {_project.FolderOf(parsed)}",
        parsed.GetValue(_task) is { } task ? $" --task {task}" : "",
        string.Concat(parsed.GetValue(_with)!.Select(path => $" --with {path}")));

    internal async Task<TaskUnderTest> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (_project.FolderOf(parsed) is var program && program.EndsWith(".dll", StringComparison.Ordinal) && File.Exists(program))
        {
            return TaskUnderTest.Open(program, config: null, parsed.GetValue(_task), parsed.GetValue(_with)!);
        }

        var (_, project, _) = await _project.OpenAsync(parsed, isUpdate: false, cancellationToken);
        return TaskUnderTest.Open(project.Program ?? "", project.Config, parsed.GetValue(_task), parsed.GetValue(_with)!);
    }
}
