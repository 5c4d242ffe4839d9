using System.Text.Json;

namespace Pond.Contracts.Rpc;

/// <summary>The error object of a JSON-RPC answer.</summary>
/// <param name="Code">One of <see cref="RpcErrorCodes"/>.</param>
/// <param name="Message">What went wrong; some clients match on it.</param>
/// <param name="Data">Details whose shape depends on the code; absent if there are none, never a JSON null.</param>
public sealed record RpcError(int Code, string Message, JsonElement? Data = null);
