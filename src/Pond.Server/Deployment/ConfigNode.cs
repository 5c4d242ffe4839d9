using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Pond.Server.Deployment;

/// <summary>The members of a YAML mapping with their places, and what is found wrong with them.</summary>
internal sealed class ConfigNode(YamlMappingNode mapping, List<LintFinding> findings)
{
    internal IEnumerable<(string Key, YamlNode Name)> Keys =>
        mapping.Children.Keys.OfType<YamlScalarNode>().Select(key => (key.Value ?? "", (YamlNode)key));

    internal YamlNode? Find(string key) =>
        mapping.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode name && string.Equals(name.Value, key, StringComparison.Ordinal)).Value;

    internal void Error(string rule, string key, string message, string fix) => Add(rule, isError: true, Find(key) ?? mapping, message, fix);

    internal void Advise(string rule, string key, string message, string fix) => Add(rule, isError: false, Find(key) ?? mapping, message, fix);

    internal void Add(string rule, bool isError, YamlNode at, string message, string fix) =>
        findings.Add(new(rule, isError, (int)at.Start.Line, (int)at.Start.Column, message, fix));

    /// <summary>A text; null if the key is missing or empty, which is an error if it is required.</summary>
    internal string? Text(string key, bool isRequired)
    {
        var node = Find(key);
        if (node is YamlScalarNode { Value: { } text } && !string.IsNullOrWhiteSpace(text) && !IsNull((YamlScalarNode)node))
        {
            return text.Trim();
        }

        if (node is not (null or YamlScalarNode))
        {
            Error("text-wanted", key, $"{key} is a list or a mapping, and a text is wanted.", $"Write {key}: 'a text'.");
        }
        else if (isRequired)
        {
            Error("key-missing", key, node is null ? $"{key} is missing." : $"{key} is empty.", $"Write {key}: and its value.");
        }

        return null;
    }

    /// <summary>A whole number; null if there is none, which is an error.</summary>
    internal ulong? Whole(string key)
    {
        if (Text(key, isRequired: true) is not { } text)
        {
            return null;
        }

        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Primitives.Instructions.TaskInstruction.MaxNumber)
        {
            return number;
        }

        Error("whole-number-wanted", key, $"{key} is '{text}', and a whole number of 0 or more is wanted.", $"Write {key}: 3, for example.");
        return null;
    }

    /// <summary>An amount of KOII; null if there is none, which is an error.</summary>
    internal Primitives.Lamports? Amount(string key)
    {
        if (Text(key, isRequired: true) is not { } text)
        {
            return null;
        }

        if (Primitives.Lamports.TryParse(text, out var amount) && amount.Value <= Primitives.Instructions.TaskInstruction.MaxNumber)
        {
            return amount;
        }

        Error("amount-wanted", key, $"{key} is '{text}', and an amount of KOII with at most nine decimals is wanted.", $"Write {key}: 1.5, for example.");
        return null;
    }

    /// <summary>Whether a scalar is a text for every YAML reader: quoted, or nothing that reads as a number or a truth value.</summary>
    internal static bool IsText(YamlScalarNode node) =>
        node.Style is not ScalarStyle.Plain
        || (!IsNull(node)
            && !double.TryParse(node.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && node.Value is not ("true" or "false" or "True" or "False" or "TRUE" or "FALSE"));

    private static bool IsNull(YamlScalarNode node) => node is { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };
}
