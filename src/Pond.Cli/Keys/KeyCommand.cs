using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Server.Keys;

namespace Pond.Cli.Keys;

/// <summary><c>pond key</c></summary>
internal static class KeyCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("key", "Make, import, show and export keys. One seed phrase gives the main key and each task's own staking key.")
        {
            KeyNewCommand.Create(terminals),
            KeyImportCommand.Create(terminals, timeProvider),
            KeyListCommand.Create(terminals),
            KeyShowCommand.Create(terminals),
            KeyExportCommand.Create(terminals),
        };

    internal static Argument<string> NameArgument() => new("name")
    {
        Description = "The key's name.",
        DefaultValueFactory = _ => KeyFolder.DefaultName,
    };

    internal static KeyFolder Folder() => new(Path.Combine(PondHome.Path, "keys"));
}
