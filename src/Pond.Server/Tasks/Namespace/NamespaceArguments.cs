using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Tasks.Namespace;

/// <summary>A namespace call's arguments, from a stranger. Those that are missing at the end are null.</summary>
internal readonly record struct NamespaceArguments(string Method, JsonElement Arguments)
{
    /// <summary>The argument at that place, the method's name not counted.</summary>
    public JsonElement? At(int index) =>
        index + 1 < Arguments.GetArrayLength() && Arguments[index + 1] is { ValueKind: not JsonValueKind.Null } value ? value : null;

    public string Text(int index) => OptionalText(index) ?? throw Invalid(index, "a text");

    public string? OptionalText(int index) => At(index) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Invalid(index, "a text"),
    };

    public Round Round(int index) =>
        At(index) is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out var round)
            ? new(round)
            : throw Invalid(index, "a round's number");

    public Slot Slot(int index) =>
        At(index) is { ValueKind: JsonValueKind.Number } value && value.TryGetUInt64(out var slot)
            ? new(slot)
            : throw Invalid(index, "a slot's number");

    public long Id(int index) =>
        At(index) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var id)
            ? id
            : throw Invalid(index, "a call's id");

    public Pubkey Key(int index) => Pubkey.TryParse(OptionalText(index), out var key) ? key : throw Invalid(index, "a key in base58");

    public Verdict Verdict(int index) => At(index) switch
    {
        { ValueKind: JsonValueKind.True } => Primitives.Tasks.Verdict.Valid,
        { ValueKind: JsonValueKind.False } => Primitives.Tasks.Verdict.Invalid,
        { ValueKind: JsonValueKind.String } value when value.ValueEquals("abstain") => Primitives.Tasks.Verdict.Abstain,
        _ => throw Invalid(index, "true, false or \"abstain\""),
    };

    public ImmutableArray<object?> Items(int index) => At(index) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(item => (object?)item)],
        _ => throw Invalid(index, "an array"),
    };

    public byte[] Base64(int index) =>
        At(index) is { ValueKind: JsonValueKind.String } value && value.TryGetBytesFromBase64(out var bytes)
            ? bytes
            : throw Invalid(index, "bytes in base64");

    /// <summary>A text as it is, anything else as its JSON: both forms in which lists travel.</summary>
    public string TextOrJson(int index) => At(index) switch
    {
        null => throw Invalid(index, "a text or an object"),
        { ValueKind: JsonValueKind.String } value => value.GetString()!,
        { } value => value.GetRawText(),
    };

    /// <summary>Refuses a text that is longer than that in UTF-8.</summary>
    public string TextUpTo(int index, int maxBytes)
    {
        var text = Text(index);
        return Encoding.UTF8.GetByteCount(text) <= maxBytes ? text : throw Invalid(index, $"a text of at most {maxBytes} bytes");
    }

    private PondException Invalid(int index, string expected) => new(
        "argument-invalid",
        $"Argument {index + 1} of '{Method}' must be {expected}.",
        "See the table of methods in the SDK's documentation.");
}
