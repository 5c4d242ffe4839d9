using System.Net;

namespace Pond.Server.Content;

/// <summary>Bounds how often each address may ask: so many requests at once, and so many a second after that. Safe for use by several threads.</summary>
/// <param name="perSecond">How many requests an address gets back each second.</param>
/// <param name="burst">How many it has at most.</param>
/// <param name="timeProvider">Measures the seconds.</param>
public sealed class RequestBudget(double perSecond, int burst, TimeProvider timeProvider)
{
    // Beyond that many, those that have not asked for long are forgotten, which costs nothing: they would have a full budget.
    private const int MaxAddresses = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (double Left, long At)> _budgets = [];

    /// <summary>Takes one request from an address's budget.</summary>
    /// <param name="address">Who asks; null counts as one address.</param>
    /// <param name="wait">If there is none left, when there will be one.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(IPAddress? address, out TimeSpan wait)
    {
        var key = address ?? IPAddress.None;
        lock (_gate)
        {
            var now = timeProvider.GetTimestamp();
            if (_budgets.Count >= MaxAddresses)
            {
                foreach (var (idle, _) in _budgets.Where(budget => LeftOf(budget.Value, now) >= burst).ToList())
                {
                    _budgets.Remove(idle);
                }
            }

            var left = _budgets.TryGetValue(key, out var budget) ? LeftOf(budget, now) : burst;
            // While there is no room for more addresses, those that are new share the budget of none.
            if (_budgets.Count >= MaxAddresses && !_budgets.ContainsKey(key))
            {
                key = IPAddress.None;
                left = _budgets.TryGetValue(key, out var shared) ? LeftOf(shared, now) : burst;
            }

            wait = left >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - left) / perSecond);
            _budgets[key] = (left >= 1 ? left - 1 : left, now);
            return left >= 1;
        }
    }

    private double LeftOf((double Left, long At) budget, long now) =>
        Math.Min(burst, budget.Left + (timeProvider.GetElapsedTime(budget.At, now).TotalSeconds * perSecond));
}
