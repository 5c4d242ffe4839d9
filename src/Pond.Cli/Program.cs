using Pond.Cli;
using Pond.Cli.Terminal;

return await PondCommand.RunAsync(args, Terminals.ForProcess(), TimeProvider.System);
