using System.Reflection;
using System.Text;

namespace Pond.Sdk.Tests;

/// <summary>The SDK's surface is a promise to task authors: changing it is a decision, made by changing PublicApi.txt.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void Public_surface_is_the_approved_one()
    {
        var approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.txt"));
        var actual = Describe(typeof(PondTask).Assembly);

        if (approved != actual)
        {
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "PublicApi.actual.txt"), actual);
        }

        Assert.True(
            approved == actual,
            $"The SDK's public surface has changed. If that is meant, replace PublicApi.txt by {AppContext.BaseDirectory}PublicApi.actual.txt.");
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
