using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tasks;

/// <summary>What <c>task_vars</c> says: <c>class=A;fallback=equal</c>. Anything else in it is the task's own business.</summary>
internal readonly record struct TaskVariables(TaskClass Class, bool HasEqualFallback)
{
    /// <summary>Reads the variables; under Koii's own rules every task is a legacy one, whatever it says.</summary>
    internal static TaskVariables Parse(string text, LedgerRules rules)
    {
        var result = default(TaskVariables);
        if (rules is LedgerRules.Koii)
        {
            return result;
        }

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
