using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Pond.Simulation.Tasks;

/// <summary>Reads an assembly's code for uses of the real clock, real randomness and real connections.</summary>
public static class OutsideUseScan
{
    private const string Time = "take ITaskContext.Time, which is the clock on a node and virtual in a simulation.";
    private const string Randomness = "take ITaskContext.GetRandom, or RoundContext.GetAuditRandomAsync for what auditors draw.";
    private const string Connections = "take ITaskContext.Web.Http or ITaskContext.Peers.HttpFor: a task has no network of its own.";
    private const string Waiting = "pass ITaskContext.Time to the overload that takes a TimeProvider.";

    // By the type's full name and the member's; an empty name for every member.
    private static readonly Dictionary<(string Type, string Member), string> Members = new()
    {
        [("System.DateTime", "get_Now")] = Time,
        [("System.DateTime", "get_UtcNow")] = Time,
        [("System.DateTime", "get_Today")] = Time,
        [("System.DateTimeOffset", "get_Now")] = Time,
        [("System.DateTimeOffset", "get_UtcNow")] = Time,
        [("System.TimeProvider", "get_System")] = Time,
        [("System.Diagnostics.Stopwatch", "")] = Time,
        [("System.Environment", "get_TickCount")] = Time,
        [("System.Environment", "get_TickCount64")] = Time,
        [("System.Random", "")] = Randomness,
        [("System.Guid", "NewGuid")] = Randomness,
        [("System.Guid", "CreateVersion7")] = Randomness,
        [("System.Security.Cryptography.RandomNumberGenerator", "")] = Randomness,
        [("System.Threading.Thread", "Sleep")] = Waiting,
        [("System.Net.Http.HttpClient", ".ctor")] = Connections,
        [("System.Net.WebClient", "")] = Connections,
        [("System.Net.WebRequest", "")] = Connections,
    };

    // Fine with a TimeProvider among their parameters, and real without one.
    private static readonly HashSet<(string Type, string Member)> Timed =
    [
        ("System.Threading.Tasks.Task", "Delay"),
        ("System.Threading.PeriodicTimer", ".ctor"),
        ("System.Threading.Timer", ".ctor"),
        ("System.Threading.CancellationTokenSource", "CancelAfter"),
    ];

    private static readonly Dictionary<short, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value, code => code.OperandType);

    /// <summary>Reads an assembly. Nothing of it is run.</summary>
    /// <param name="assembly">The path.</param>
    /// <returns>The uses, by place.</returns>
    public static ImmutableArray<OutsideUse> Read(string assembly)
    {
        using var stream = File.OpenRead(assembly);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        var found = new SortedSet<(string Place, string Member, string Instead)>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
            {
                continue;
            }

            foreach (var token in Calls(image.GetMethodBody(method.RelativeVirtualAddress).GetILReader()))
            {
                if (Judge(metadata, token) is { } use)
                {
                    found.Add((PlaceOf(metadata, method), use.Member, use.Instead));
                }
            }
        }

        return [.. found.Select(use => new OutsideUse(use.Member, use.Place, use.Instead))];
    }

    private static (string Member, string Instead)? Judge(MetadataReader metadata, EntityHandle token)
    {
        if (token.Kind is HandleKind.MethodSpecification)
        {
            token = metadata.GetMethodSpecification((MethodSpecificationHandle)token).Method;
        }

        if (token.Kind is not HandleKind.MemberReference
            || metadata.GetMemberReference((MemberReferenceHandle)token) is var member && member.Parent.Kind is not HandleKind.TypeReference)
        {
            return null;
        }

        var type = metadata.GetTypeReference((TypeReferenceHandle)member.Parent);
        var (typeName, name) = ($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}", metadata.GetString(member.Name));
        var shown = $"{metadata.GetString(type.Name)}.{(name is ".ctor" ? "new" : name.Replace("get_", "", StringComparison.Ordinal))}";
        if (Members.TryGetValue((typeName, name), out var instead) || Members.TryGetValue((typeName, ""), out instead))
        {
            return (shown, instead);
        }

        if (typeName.StartsWith("System.Net.Sockets.", StringComparison.Ordinal))
        {
            return (shown, Connections);
        }

        return Timed.Contains((typeName, name)) && !member.DecodeMethodSignature(new Names(), null).ParameterTypes.Contains("System.TimeProvider", StringComparer.Ordinal)
            ? (shown, Waiting)
            : null;
    }

    private static List<EntityHandle> Calls(BlobReader code)
    {
        var calls = new List<EntityHandle>();
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | code.ReadByte()));
            }

            switch (Operands[value])
            {
                case OperandType.InlineMethod:
                    calls.Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset++;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    code.Offset += 4 * code.ReadInt32();
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }

        return calls;
    }

    // The compiler makes a class of an async method or a lambda: what the author wrote is its outer class, and the name between the brackets.
    private static string PlaceOf(MetadataReader metadata, MethodDefinition method)
    {
        var type = metadata.GetTypeDefinition(method.GetDeclaringType());
        var name = metadata.GetString(method.Name);
        while (metadata.GetString(type.Name) is ['<', ..] made && !type.GetDeclaringType().IsNil)
        {
            name = made.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? made[1..end] : name;
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        if (name is ['<', ..] && name.IndexOf('>', StringComparison.Ordinal) is > 1 and var close)
        {
            name = name[1..close];
        }

        return $"{metadata.GetString(type.Name)}.{name}";
    }

    /// <summary>Types as their names: all that a signature is looked at for.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => elementType;

        public string GetByReferenceType(string elementType) => elementType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => "";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

        public string GetGenericMethodParameter(object? genericContext, int index) => "";

        public string GetGenericTypeParameter(object? genericContext, int index) => "";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType;

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType;

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => "";

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => "";
    }
}
