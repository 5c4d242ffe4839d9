using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Spectre.Console;

namespace Pond.Cli.Keys;

/// <summary>Where a passphrase comes from: a file, the environment, or whoever sits there. Never the command line, which every process can read.</summary>
internal sealed class Passphrases(Terminals terminals)
{
    internal const string Variable = "POND_PASSPHRASE";
    internal const string FileVariable = "POND_PASSPHRASE_FILE";

    private const int MaxFileBytes = 4096;

    private readonly Option<string?> _file = new("--passphrase-file")
    {
        Description = $"A file whose first line is the key store's passphrase. Default: ${Variable}, ${FileVariable}, or you are asked.",
        HelpName = "FILE",
    };

    internal void AddTo(Command command) => command.Add(_file);

    /// <summary>The passphrase of a key store that is there.</summary>
    /// <exception cref="PondException"><c>passphrase-missing</c>: nobody is there to be asked.</exception>
    internal string Read(ParseResult parsed, string what) => Given(parsed) ?? Ask($"Passphrase of {what}:");

    /// <summary>The passphrase for a new key store; who is asked is asked twice.</summary>
    /// <exception cref="PondException"><c>passphrase-missing</c>, <c>passphrase-differs</c>.</exception>
    internal string ReadNew(ParseResult parsed)
    {
        if (Given(parsed) is { } given)
        {
            return given;
        }

        var first = Ask("A new passphrase for the key store:");
        return first == Ask("Once more:") ? first : throw new PondException(
            "passphrase-differs", "The two passphrases are not the same.", "Run this again.");
    }

    /// <summary>A secret that is typed in and not shown.</summary>
    /// <exception cref="PondException"><c>passphrase-missing</c>: nobody is there to be asked.</exception>
    internal string Ask(string question) =>
        terminals.Error.Profile.Capabilities.Interactive && !Console.IsInputRedirected
            ? terminals.Error.Prompt(new TextPrompt<string>(Markup.Escape(question)).Secret(null).AllowEmpty())
            : throw new PondException(
                "passphrase-missing",
                $"Nobody is there to be asked: {question.TrimEnd(':')}.",
                $"Set {Variable} or {FileVariable}, or name a file with --passphrase-file; a file with a phrase is named with --phrase-file.");

    internal static string ReadSecretFile(string path)
    {
        try
        {
            var text = File.ReadAllBytes(path) is { Length: <= MaxFileBytes } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : throw new IOException("It is too long.");
            return text.Split('\n')[0].TrimEnd('\r');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PondException("secret-unreadable", $"{path} can't be read: {exception.Message}", "Name a file with one line that this user may read.", innerException: exception);
        }
    }

    private string? Given(ParseResult parsed) =>
        parsed.GetValue(_file) is { } file ? ReadSecretFile(file)
        : Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value ? value
        : Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } named ? ReadSecretFile(named)
        : null;
}
