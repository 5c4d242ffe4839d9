using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Templates;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task new</c></summary>
internal static class TaskNewCommand
{
    internal static Command Create(Terminals terminals)
    {
        var name = new Argument<string>("name") { Description = "What the task is called; its folder, too." };
        var template = new Option<string>("--template", "-t")
        {
            Description = $"What to begin with: {string.Join("; ", TaskTemplates.All.Select(one => $"{one.Name} ({WordOf(one.Language)}) {one.Description}"))}.",
            DefaultValueFactory = _ => "basic",
        };
        var language = new Option<string>("--lang", "-l") { Description = "In which language: cs or js.", DefaultValueFactory = _ => "cs" };
        language.AcceptOnlyFromAmong("cs", "js");
        var folder = new Option<string?>("--out", "-o") { Description = "Where to make it. Default: a folder of the task's name, here." };
        var json = LedgerCommand.JsonOption();
        var command = new Command("new", "Make a task that builds, with its tests and its configuration.") { name, template, language, folder, json };
        command.SetAction(parsed =>
        {
            var chosen = TaskTemplates.Find(
                parsed.GetRequiredValue(template), parsed.GetValue(language) is "js" ? TaskLanguage.JavaScript : TaskLanguage.CSharp);
            var called = parsed.GetRequiredValue(name);
            var target = Path.GetFullPath(parsed.GetValue(folder) ?? called);
            var files = TaskTemplates.Instantiate(chosen, called, target, TaskTemplates.SdkFolder);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, name = called, template = chosen.Name, folder = target, files });
                return ExitCode.Ok;
            }

            foreach (var file in files)
            {
                StoreOutput.Line(terminals, Path.Combine(target, file));
            }

            StoreOutput.Line(terminals, "");
            StoreOutput.Line(terminals, $"Next: cd {Path.GetRelativePath(Environment.CurrentDirectory, target)} && pond task deploy --yes");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string WordOf(TaskLanguage language) => language is TaskLanguage.CSharp ? "cs" : "js";
}
