using System.Security.Cryptography;
using System.Text;

namespace Pond.Ledger.Consensus;

/// <summary>How Koii's clients choose who writes a round's list. Kept for unmodified tasks; a last mover can bend it.</summary>
public static class LegacyLeader
{
    /// <summary>Chooses the leader.</summary>
    /// <param name="entries">
    /// Each key with the JSON text of its submission, in the order of the keys' texts. All of them take part in the hash.
    /// </param>
    /// <param name="isCandidate">Whether a key can be chosen: not one whose list failed already.</param>
    /// <returns>The key; null if nobody can be chosen.</returns>
    public static string? Choose(IReadOnlyCollection<(string Key, string ValueJson)> entries, Func<string, bool> isCandidate)
    {
        var target = Score($"[{string.Join(',', entries.Select(entry => entry.ValueJson))}]");
        string? best = null;
        var distance = 0;
        foreach (var (key, json) in entries.Where(entry => isCandidate(entry.Key)))
        {
            var own = Math.Abs(target - Score($"{{\"{key}\":{json}}}"));
            if (own > distance)
            {
                (best, distance) = (key, own);
            }
        }

        return best;
    }

    private static int Score(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))).Sum(character => character);
}
