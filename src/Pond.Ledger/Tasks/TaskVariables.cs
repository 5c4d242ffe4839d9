using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>What <c>task_vars</c> says: <c>class=A;fallback=equal</c>. Anything else in it is the task's own business.</summary>
internal readonly record struct TaskVariables(TaskClass Class, bool HasEqualFallback)
{
    internal static TaskVariables Parse(string text)
    {
        var result = default(TaskVariables);
        foreach (var part in text.Split(';', StringSplitOptions.TrimEntries))
        {
            result = part switch
            {
                "class=A" => result with { Class = TaskClass.Deterministic },
                "class=C" => result with { Class = TaskClass.Committee },
                "fallback=equal" => result with { HasEqualFallback = true },
                _ => result,
            };
        }

        return result;
    }
}
