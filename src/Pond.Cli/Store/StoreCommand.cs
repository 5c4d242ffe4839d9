using System.CommandLine;
using System.CommandLine.Parsing;
using Pond.Cli.Store.Sessions;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Cli.Store;

/// <summary><c>pond store</c>: the content store of this machine.</summary>
internal static class StoreCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("store", "Keep files and folders by their content: add, read, pin, exchange and serve them.")
        {
            StoreAddCommand.Create(terminals, timeProvider),
            StoreGetCommand.Create(terminals, timeProvider),
            StoreListCommand.Create(terminals, timeProvider),
            StoreStatCommand.Create(terminals, timeProvider),
            StorePinCommand.Create(terminals, timeProvider),
            StoreGcCommand.Create(terminals, timeProvider),
            StoreExportCommand.Create(terminals, timeProvider),
            StoreImportCommand.Create(terminals, timeProvider),
            StoreUploadCommand.Create(terminals, timeProvider),
            StoreServeCommand.Create(terminals, timeProvider),
            StoreVerifyCommand.Create(terminals, timeProvider),
        };

    internal static Option<string?> HomeOption() => new("--home")
    {
        Description = "The folder of the store. Default: 'store' in Pond's own folder.",
        HelpName = "DIR",
    };

    internal static Option<Uri?> AddressOption(string name, string description, bool isRequired = false) =>
        new(name) { Description = description, Required = isRequired, CustomParser = result => ParseAddresses(result).FirstOrDefault() };

    internal static Option<Uri[]> AddressesOption(string name, string description) =>
        new(name) { Description = description, CustomParser = ParseAddresses };

    internal static Argument<Uri> AddressArgument(string name, string description) =>
        new(name) { Description = description, CustomParser = result => ParseAddresses(result).FirstOrDefault() };

    internal static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    /// <summary>Opens the store's folder, or the RPC of the process that serves it.</summary>
    internal static IStoreSession Open(string? home, TimeProvider timeProvider)
    {
        var folder = FolderOf(home);
        try
        {
            return new LocalSession(new ContentStore(folder), timeProvider);
        }
        catch (PondException inUse) when (inUse.Code is "store-in-use")
        {
            if (StoreHost.FindServing(folder) is { } rpc)
            {
                var session = new RpcSession(rpc);
                if (session.IsAnswered())
                {
                    return session;
                }

                session.Dispose();
            }

            throw;
        }
    }

    internal static ContentStore OpenFolder(string? home, ContentStoreOptions options) => new(FolderOf(home), options);

    private static string FolderOf(string? home) => home is { Length: > 0 } ? Path.GetFullPath(home) : PondHome.Folder("store");

    /// <summary>Where a path such as <c>CID/a/b</c> leads.</summary>
    internal static Cid Resolve(IStoreSession store, string text)
    {
        try
        {
            return UnixFsReader.Resolve(store.Blocks, ContentPath.Parse(text));
        }
        catch (FormatException cause)
        {
            throw new PondException(
                "cid-invalid", cause.Message, "Give a CID, or a path such as CID/folder/file.", innerException: cause);
        }
    }

    private static Uri[] ParseAddresses(ArgumentResult result)
    {
        var addresses = new List<Uri>();
        foreach (var token in result.Tokens)
        {
            if (Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https"))
            {
                addresses.Add(address);
            }
            else
            {
                result.AddError($"'{token.Value}' is no web address; one looks like http://127.0.0.1:8080/.");
            }
        }

        return [.. addresses];
    }

    internal static UnixFsProfile ProfileOf(int cidVersion) => cidVersion switch
    {
        0 => UnixFsProfile.V0Of2015,
        1 => UnixFsProfile.V1Of2025,
        _ => throw new PondException("option-out-of-range", $"There is no CID version {cidVersion}.", "Choose --cid-version 0 or 1."),
    };
}
