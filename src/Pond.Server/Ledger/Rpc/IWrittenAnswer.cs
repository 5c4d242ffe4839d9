using System.Text.Json;

namespace Pond.Server.Ledger.Rpc;

/// <summary>A result that writes its JSON itself, because most of it lies ready.</summary>
internal interface IWrittenAnswer
{
    /// <summary>Writes one JSON value.</summary>
    void WriteTo(Utf8JsonWriter writer);
}
