using System.Collections.Immutable;
using System.Globalization;
using Pond.Primitives;
using Pond.Server.Content;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Pond.Server.Deployment;

/// <summary>Reads a <c>config-task.yml</c> and says all that is wrong with it, each thing with its place, cause and fix.</summary>
/// <param name="Path">The file.</param>
/// <param name="Config">What it says; null if there is an error.</param>
/// <param name="Findings">What is wrong, in the file's order.</param>
public sealed record TaskConfigFile(string Path, TaskConfig? Config, ImmutableArray<LintFinding> Findings)
{
    /// <summary>The file's usual name.</summary>
    public const string UsualName = "config-task.yml";

    private const long MaxBytes = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, or the folder with <see cref="UsualName"/>.</param>
    /// <param name="isUpdate">Whether it is to say how a task is updated: then it tells what has changed, and its total bounty does not matter.</param>
    /// <exception cref="PondException"><c>path-not-found</c>, or the disk failed.</exception>
    public static TaskConfigFile Read(string path, bool isUpdate = false)
    {
        path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            path = System.IO.Path.Combine(path, UsualName);
        }

        if (!File.Exists(path))
        {
            throw new PondException(
                "path-not-found", $"There is no {path}.", "Go to the task's folder, or name its folder or its file with --config. 'pond task new NAME' makes one.");
        }

        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? Parse(path, File.ReadAllText(path), isUpdate)
                : new(path, null, [new("yaml-invalid", IsError: true, 1, 1, $"It has more than {MaxBytes} bytes.", "Is it the right file?")]);
        }
        catch (Exception cause) when (DiskFailures.IsOfDisk(cause))
        {
            throw DiskFailures.Read(cause, path);
        }
    }

    /// <summary>What it says.</summary>
    /// <exception cref="PondException"><c>config-invalid</c>, with all that is wrong.</exception>
    public TaskConfig Require() => Config ?? throw new PondException(
        "config-invalid",
        string.Join('\n', Findings.Where(finding => finding.IsError).Select(Describe).Prepend("The task can't be deployed like this:")),
        "Mend each place as it says; 'pond task build' checks again.");

    /// <summary>A finding as an editor's terminal understands it: it leads to the place.</summary>
    public string Describe(LintFinding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Path}:{finding.Line}:{finding.Column}: {(finding.IsError ? "error" : "advice")} {finding.Rule}: {finding.Message} {finding.Fix}");

    private static TaskConfigFile Parse(string path, string text, bool isUpdate)
    {
        var findings = new List<LintFinding>();
        TaskConfig? config = null;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                config = new TaskConfigRules(new ConfigNode(root, findings), System.IO.Path.GetDirectoryName(path)!, isUpdate).Check();
            }
            else
            {
                findings.Add(new("yaml-invalid", IsError: true, 1, 1, "It is no mapping of keys to values.", "Write lines such as task_name: 'My task'."));
            }
        }
        catch (YamlException exception)
        {
            var isDuplicate = exception.Message.Contains("uplicate key", StringComparison.Ordinal);
            findings.Add(new(
                isDuplicate ? "key-duplicate" : "yaml-invalid",
                IsError: true,
                (int)Math.Max(1, exception.Start.Line),
                (int)Math.Max(1, exception.Start.Column),
                isDuplicate ? "A key is there twice, and only one value can hold." : $"It is no YAML: {exception.Message}",
                isDuplicate ? "Remove one of the two." : "Look at quotes, colons and indentation on this line and the one before."));
        }

        return new(
            path,
            findings.Exists(finding => finding.IsError) ? null : config,
            [.. findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column).ThenBy(finding => finding.Rule, StringComparer.Ordinal)]);
    }
}
