using System.Text.Json;

namespace Pond.Ledger.Tasks;

/// <summary>One field of an event, held by value: every instruction writes some, and boxes for them would be garbage. A pair of name and value is one.</summary>
internal readonly struct EventField
{
    private readonly string _name;
    private readonly Form _form;
    private readonly string? _text;
    private readonly ulong _number;
    private readonly Pubkey _key;

    private EventField(string name, Form form, string? text = null, ulong number = 0, Pubkey key = default) =>
        (_name, _form, _text, _number, _key) = (name, form, text, number, key);

    private enum Form : byte
    {
        Text,
        Number,
        Flag,
        Key,
    }

    public static implicit operator EventField((string Name, string Value) field) => new(field.Name, Form.Text, field.Value);

    public static implicit operator EventField((string Name, ulong Value) field) => new(field.Name, Form.Number, number: field.Value);

    public static implicit operator EventField((string Name, Lamports Value) field) => (field.Name, field.Value.Value);

    public static implicit operator EventField((string Name, Round Value) field) => (field.Name, field.Value.Value);

    public static implicit operator EventField((string Name, Hash Value) field) => (field.Name, field.Value.ToString());

    public static implicit operator EventField((string Name, bool Value) field) => new(field.Name, Form.Flag, number: field.Value ? 1UL : 0);

    public static implicit operator EventField((string Name, Pubkey Value) field) => new(field.Name, Form.Key, key: field.Value);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        switch (_form)
        {
            case Form.Number:
                writer.WriteNumber(_name, _number);
                break;
            case Form.Flag:
                writer.WriteBoolean(_name, _number > 0);
                break;
            case Form.Key:
                writer.WriteString(_name, new KeyText(_key).Utf8);
                break;
            default:
                writer.WriteString(_name, _text);
                break;
        }
    }
}
