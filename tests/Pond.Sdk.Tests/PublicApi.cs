using System.Reflection;
using System.Text;

namespace Pond.Sdk.Tests;

/// <summary>An assembly's public surface as text, compared with the approved one in PublicApi.txt.</summary>
internal static class PublicApi
{
    /// <summary>A surface that task authors build on is a promise: changing it is a decision, made by changing the text.</summary>
    public static void AssertApproved(Assembly assembly)
    {
        var approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));
        var actual = Describe(assembly);
        if (approved != actual)
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.actual.txt"), actual);
        }

        Assert.True(
            approved == actual,
            $"The public surface of {assembly.GetName().Name} has changed. If that is meant, replace PublicApi.txt by {AppContext.BaseDirectory}PublicApi.actual.txt.");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append(type.BaseType is { } parent && parent != typeof(object) ? $" : {Name(parent)}" : "").Append('\n');
            foreach (var member in MembersOf(type).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var field in type.GetFields(Declared).Where(field => field.IsPublic && !field.IsSpecialName))
        {
            yield return field.IsLiteral
                ? $"{field.Name} = {field.GetRawConstantValue()}"
                : $"{Name(field.FieldType)} {field.Name}";
        }

        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)))
        {
            if (method.IsPublic || method.IsFamily)
            {
                var result = method is MethodInfo info ? Name(info.ReturnType) + " " : "";
                var kind = method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "";
                var parameters = string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}"));
                yield return $"{kind}{result}{method.Name}({parameters})";
            }
        }
    }

    private static string Name(Type type) => type switch
    {
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsByRef: true } => Name(type.GetElementType()!) + "&",
        { IsGenericType: true } => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ => type.Name,
    };
}
