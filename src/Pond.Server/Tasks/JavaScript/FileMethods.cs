using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Primitives;
using Pond.Server.Tasks.Namespace;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>The namespace's <c>fs</c>: Node.js's <c>fs/promises</c> in the task's folder, with its arguments, results and errors.</summary>
internal sealed class FileMethods(TaskFiles files)
{
    /// <summary>Calls a method of <c>fs/promises</c>: [method, path, ...].</summary>
    internal object? Call(NamespaceArguments args)
    {
        var (method, path) = (args.Text(0), args.Text(1));
        switch (method)
        {
            case "readFile":
                return Read(path, EncodingOf(args.At(2)));
            case "writeFile":
                files.Write(path, BytesOf(args), Option(args.At(3), "flag") ?? "w");
                return ITaskNamespace.Nothing;
            case "appendFile":
                files.Write(path, BytesOf(args), Option(args.At(3), "flag") ?? "a");
                return ITaskNamespace.Nothing;
            case "truncate":
                files.SetLength(path, NumberOf(args, 2) is { } length ? (long)length : 0);
                return ITaskNamespace.Nothing;
            case "mkdir":
                return files.MakeFolder(path, IsSet(args.At(2), "recursive")) ?? ITaskNamespace.Nothing;
            case "mkdtemp":
                return files.MakeTemporaryFolder(path);
            case "readdir":
                return List(path, args.At(2));
            case "stat" or "lstat":
                return Describe(files.StatusOf(path, method), isFollowing: method is "stat", path);
            case "access":
                files.StatusOf(path, "access");
                return ITaskNamespace.Nothing;
            case "realpath":
                files.StatusOf(path, "realpath");
                return files.SeenPath(path);
            case "unlink":
                files.Remove(path, isFolder: false, "unlink");
                return ITaskNamespace.Nothing;
            case "rmdir":
                files.Remove(path, isFolder: true, "rmdir");
                return ITaskNamespace.Nothing;
            case "rm":
                files.RemoveAll(path, IsSet(args.At(2), "recursive"), IsSet(args.At(2), "force"));
                return ITaskNamespace.Nothing;
            case "rename":
                files.Rename(path, files.BelowFolder(args.Text(2)));
                return ITaskNamespace.Nothing;
            case "copyFile":
                // COPYFILE_EXCL is 1.
                files.Copy(path, files.BelowFolder(args.Text(2)), isRecursive: false, isExclusive: NumberOf(args, 3) is 1, "copyfile");
                return ITaskNamespace.Nothing;
            case "cp":
                files.Copy(path, files.BelowFolder(args.Text(2)), IsSet(args.At(3), "recursive"), isExclusive: false, "cp");
                return ITaskNamespace.Nothing;
            case "utimes":
                files.SetTimes(path, TimeOf(args, 2), TimeOf(args, 3));
                return ITaskNamespace.Nothing;
            default:
                throw new PondException(
                    "method-unknown", $"fs.promises.{method} is not a function", "The namespace's fs has the methods that its reference lists.");
        }
    }

    /// <summary>A file as <c>readFile</c> gives it: a text in that encoding, or a <c>Buffer</c>.</summary>
    internal object Read(string path, string? encoding)
    {
        var bytes = files.Read(path);
        return encoding is null
            ? JavaScriptValues.OfBuffer(bytes)
            : JavaScriptValues.Decode(bytes, encoding) ?? throw new PondException(
                "argument-invalid", $"Unknown encoding: {encoding}", "Use utf8, base64, hex, latin1, ascii or utf16le.");
    }

    private static byte[] BytesOf(NamespaceArguments args) =>
        args.At(2) is { } value && JavaScriptValues.ToBytes(value, EncodingOf(args.At(3))) is { } bytes
            ? bytes
            : throw new PondException(
                "argument-invalid",
                "The \"data\" argument must be of type string or an instance of Buffer, TypedArray, or DataView.",
                "Send a text or a Buffer.");

    private JsonArray List(string path, JsonElement? options)
    {
        var isTyped = IsSet(options, "withFileTypes");
        var entries = files.List(path, IsSet(options, "recursive")).Select(entry =>
        {
            if (!isTyped)
            {
                return (JsonNode)JsonValue.Create(entry.Folder.Length == 0 ? entry.Name : $"{entry.Folder}/{entry.Name}");
            }

            var parent = files.SeenPath($"{path}/{entry.Folder}");
            return new JsonObject { ["name"] = entry.Name, ["parentPath"] = parent, ["path"] = parent };
        });
        return new([.. entries]);
    }

    private JsonObject Describe(FileStatus status, bool isFollowing, string path)
    {
        if (isFollowing && status.IsLink)
        {
            throw new PondException("ELOOP", $"ELOOP: too many symbolic links encountered, stat '{files.SeenPath(path)}'", "Name the file itself.");
        }

        return new()
        {
            ["dev"] = ((ulong)status.DeviceMajor << 8) | status.DeviceMinor,
            ["mode"] = status.Mode,
            ["nlink"] = status.Links,
            ["uid"] = status.User,
            ["gid"] = status.Group,
            ["rdev"] = ((ulong)status.RdevMajor << 8) | status.RdevMinor,
            ["blksize"] = status.BlockSize,
            ["ino"] = status.Inode,
            ["size"] = status.Size,
            ["blocks"] = status.Blocks,
            ["atimeMs"] = status.Accessed.Milliseconds,
            ["mtimeMs"] = status.Modified.Milliseconds,
            ["ctimeMs"] = status.Changed.Milliseconds,
            ["birthtimeMs"] = status.Born.Milliseconds,
            ["atime"] = JavaScriptValues.OfDate(status.Accessed),
            ["mtime"] = JavaScriptValues.OfDate(status.Modified),
            ["ctime"] = JavaScriptValues.OfDate(status.Changed),
            ["birthtime"] = JavaScriptValues.OfDate(status.Born),
        };
    }

    private static string? EncodingOf(JsonElement? options) => Text(options) ?? Option(options, "encoding");

    private static string? Option(JsonElement? options, string name) =>
        options is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty(name, out var value) ? Text(value) : null;

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool IsSet(JsonElement? options, string name) =>
        options is { ValueKind: JsonValueKind.Object } given
        && given.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    private static double? NumberOf(NamespaceArguments args, int index) =>
        args.At(index) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    // Seconds since 1970, or a Date.
    private static DateTimeOffset TimeOf(NamespaceArguments args, int index) => args.At(index) switch
    {
        { ValueKind: JsonValueKind.Number } value when Math.Abs(value.GetDouble()) < 1e11 =>
            DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(value.GetDouble()),
        { ValueKind: JsonValueKind.String } value when value.TryGetDateTimeOffset(out var time) => time,
        _ => throw new PondException("argument-invalid", $"Argument {index + 1} of 'utimes' is no time.", "Send seconds since 1970, or a Date."),
    };
}
