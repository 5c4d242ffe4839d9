using System.CommandLine;
using Pond.Cli.Terminal;
using Pond.Client.Content;
using Pond.Contracts.Pinning;
using Pond.Primitives;

namespace Pond.Cli.Store;

/// <summary><c>pond store pin remote add|ls|rm|service</c>: content that others keep.</summary>
internal static class StoreRemotePinCommand
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("remote", "Have content kept by a pinning service.")
        {
            CreateAdd(terminals, timeProvider),
            CreateList(terminals, timeProvider),
            CreateRemove(terminals, timeProvider),
            new Command("service", "Name the pinning services.")
            {
                CreateServiceAdd(terminals), CreateServiceList(terminals), CreateServiceRemove(terminals),
            },
        };

    private static Option<string> ServiceOption() => new("--service") { Description = "The service's name.", Required = true };

    private static Command CreateAdd(Terminals terminals, TimeProvider timeProvider)
    {
        var cid = new Argument<string>("cid") { Description = "The root; everything below it is kept as well." };
        var service = ServiceOption();
        var json = StoreCommand.JsonOption();
        var name = new Option<string?>("--name") { Description = "What the pin is called." };
        var origins = StoreCommand.AddressesOption("--origin", "A gateway from which the service can fetch the content.");
        var background = new Option<bool>("--background") { Description = "Don't wait until the service has it." };
        var command = new Command("add", "Ask a service to keep content.") { cid, service, json, name, origins, background };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = PinningServices.Open().ClientOf(parsed.GetRequiredValue(service), timeProvider);
            var status = await client.AddAsync(
                new RemotePin
                {
                    Cid = parsed.GetRequiredValue(cid),
                    Name = parsed.GetValue(name),
                    Origins = parsed.GetValue(origins) is { Length: > 0 } given ? [.. given.Select(HttpMultiaddr.Of)] : null,
                },
                cancellationToken);
            if (!parsed.GetValue(background))
            {
                status = await client.WaitAsync(status.RequestId, LookInterval, cancellationToken);
            }

            Write(terminals, parsed.GetValue(json), status);
            return status.Status is RemotePinStates.Failed ? ExitCode.CheckFailed : ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateList(Terminals terminals, TimeProvider timeProvider)
    {
        var service = ServiceOption();
        var json = StoreCommand.JsonOption();
        var cids = new Option<string[]>("--cid") { Description = "These roots alone." };
        var name = new Option<string?>("--name") { Description = "Pins of this name alone." };
        var statuses = new Option<string[]>("--status") { Description = $"{string.Join(", ", RemotePinStates.All)}. Default: those that are pinned." };
        var command = new Command("ls", "List what a service keeps.") { service, json, cids, name, statuses };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = PinningServices.Open().ClientOf(parsed.GetRequiredValue(service), timeProvider);
            var found = await client.ListAsync(
                new() { Cids = parsed.GetValue(cids) ?? [], Name = parsed.GetValue(name), Statuses = parsed.GetValue(statuses) ?? [] },
                cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, found.Count, pins = found.Results });
                return ExitCode.Ok;
            }

            foreach (var status in found.Results)
            {
                Write(terminals, json: false, status);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateRemove(Terminals terminals, TimeProvider timeProvider)
    {
        var id = new Argument<string>("request") { Description = "What the service calls the pin; 'ls' shows it." };
        var service = ServiceOption();
        var json = StoreCommand.JsonOption();
        var command = new Command("rm", "Tell a service that content need not be kept any more.") { id, service, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = PinningServices.Open().ClientOf(parsed.GetRequiredValue(service), timeProvider);
            var request = parsed.GetRequiredValue(id);
            await client.RemoveAsync(request, cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, removed = request });
            }
            else
            {
                StoreOutput.Line(terminals, request);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateServiceAdd(Terminals terminals)
    {
        var name = new Argument<string>("name") { Description = "What the service is called here." };
        var endpoint = StoreCommand.AddressArgument("endpoint", "Its base address.");
        var json = StoreCommand.JsonOption();
        var token = new Option<FileInfo>("--token-file")
        {
            Description = "A file with the token that the service has given you. Words on a command line are seen by others.",
            Required = true,
        };
        var command = new Command("add", "Name a pinning service.") { name, endpoint, token, json };
        command.SetAction(parsed =>
        {
            var address = parsed.GetRequiredValue(endpoint);
            var file = parsed.GetRequiredValue(token);
            if (!file.Exists)
            {
                throw new PondException("path-not-found", $"There is no file {file}.", "Write the token into a file and name that.");
            }

            PinningServices.Open().Add(parsed.GetRequiredValue(name), address, File.ReadAllText(file.FullName).Trim());
            WriteService(terminals, parsed.GetValue(json), parsed.GetRequiredValue(name), address.AbsoluteUri);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateServiceList(Terminals terminals)
    {
        var json = StoreCommand.JsonOption();
        var command = new Command("ls", "List the pinning services.") { json };
        command.SetAction(parsed =>
        {
            var services = PinningServices.Open().All;
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, services = services.Select(service => new { name = service.Key, service.Value.Endpoint }) });
                return ExitCode.Ok;
            }

            foreach (var (name, service) in services)
            {
                WriteService(terminals, json: false, name, service.Endpoint);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateServiceRemove(Terminals terminals)
    {
        var name = new Argument<string>("name") { Description = "The service's name." };
        var json = StoreCommand.JsonOption();
        var command = new Command("rm", "Forget a pinning service and its token; what it keeps, it goes on keeping.") { name, json };
        command.SetAction(parsed =>
        {
            var given = parsed.GetRequiredValue(name);
            if (!PinningServices.Open().Remove(given))
            {
                throw new PondException("pinning-service-unknown", $"There is no pinning service named '{given}'.", "List them with 'pond store pin remote service ls'.");
            }

            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, removed = given });
            }
            else
            {
                StoreOutput.Line(terminals, given);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteService(Terminals terminals, bool json, string name, string endpoint)
    {
        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, name, endpoint });
        }
        else
        {
            StoreOutput.Line(terminals, $"{name}  {endpoint}");
        }
    }

    private static void Write(Terminals terminals, bool json, RemotePinStatus status)
    {
        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, pin = status });
            return;
        }

        var why = status.Info?.GetValueOrDefault("status_details") is { } details ? $"  {details}" : "";
        StoreOutput.Line(terminals, StoreOutput.Harmless($"{status.RequestId}  {status.Status}  {status.Pin.Cid}  {status.Pin.Name}{why}"));
    }
}
