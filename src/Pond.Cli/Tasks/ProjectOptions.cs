using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary>Which project a command is about, and whether it is built first.</summary>
internal sealed class ProjectOptions(Terminals terminals)
{
    private readonly Argument<string> _folder = new("project")
    {
        Description = "The task's folder, or its config-task.yml. Default: this folder.",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "Take the program as it is, without building it first." };

    internal void AddTo(Command command)
    {
        // A mistyped option would be taken for the folder.
        _folder.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && result.Tokens[0].Value is ['-', ..] and var word)
            {
                result.AddError($"'{word}' is no option of this command; a folder of that name is written ./{word}.");
            }
        });
        command.Add(_folder);
        command.Add(_noBuild);
    }

    internal string FolderOf(ParseResult parsed) => parsed.GetValue(_folder)!;

    /// <summary>Checks the configuration, builds what can be built, and hashes the bundle.</summary>
    internal async Task<(TaskConfigFile File, TaskProject Project, TaskBundle? Bundle)> OpenAsync(
        ParseResult parsed, bool isUpdate, CancellationToken cancellationToken)
    {
        var file = TaskConfigFile.Read(parsed.GetValue(_folder)!, isUpdate);
        foreach (var finding in file.Findings.Where(finding => !finding.IsError))
        {
            StoreOutput.Notice(terminals, StoreOutput.Harmless(file.Describe(finding)));
        }

        var project = new TaskProject(Path.GetDirectoryName(file.Path)!, file.Require());
        if (!parsed.GetValue(_noBuild) && project.FindBuild() is { } build)
        {
            StoreOutput.Notice(terminals, build);
            await project.BuildAsync(cancellationToken);
        }

        return (file, project, project.OpenBundle(cancellationToken));
    }
}
