using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests;

/// <summary>
/// Random lives of a task: sensible and senseless instructions at random slots, mostly near the windows' edges. After every one of
/// them the books must balance. A failure names its seed.
/// </summary>
public sealed class RandomSequenceTests
{
    private const int Sequences = 2_000;
    private const int Steps = 24;

    private static readonly string[] Variables = ["class=A;fallback=equal", "class=A;fallback=none", "class=C;fallback=equal", ""];

    [Fact]
    public void No_sequence_of_instructions_creates_loses_or_traps_a_lamport()
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < Sequences; seed++)
        {
            try
            {
                _ = Play(seed, seen, checksBooks: true);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"The sequence with seed {seed} failed: {exception.Message}", exception);
            }
        }

        // The sequences must have gone through what they are meant to try.
        foreach (var kind in new[]
        {
            "submit", "verdict", "object", "upload", "list", "list-verdict", "payout", "payout-failed", "slash", "stake", "withdraw", "claim", "fund",
        })
        {
            Assert.True(seen.GetValueOrDefault(kind) >= 100, $"'{kind}' happened {seen.GetValueOrDefault(kind)} times in {Sequences} sequences.");
        }
    }

    [Fact]
    public void The_same_inputs_give_the_same_blocks()
    {
        var unused = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0UL; seed < 20; seed++)
        {
            Assert.Equal(Play(seed, unused, checksBooks: false), Play(seed, unused, checksBooks: false));
        }

        Assert.NotEqual(Play(0, unused, checksBooks: false), Play(1, unused, checksBooks: false));
    }

    // The block hashes of the whole life.
    private static List<Hash> Play(ulong seed, Dictionary<string, int> seen, bool checksBooks)
    {
        var random = DeterministicRandom.ForStream(seed, "sequence");
        var ledger = TestLedger.WithNodes(3 + random.NextBelow(3), Variables[random.NextBelow(Variables.Length)], isFast: true);
        var supply = ledger.Bank.TotalLamports + ledger.Bank.FeesBurnt;
        // Each node mostly keeps to one opinion of each other, so that verdicts add up to convictions.
        var liars = ledger.Nodes.Where(_ => random.Chance(1, 3)).Select(node => node.PublicKey).ToHashSet();
        ledger.GoTo(ledger.Windows.StartOf(new(1)));
        var hashes = new List<Hash>();
        for (var step = 0; step < Steps; step++)
        {
            Step(ledger, random, liars, seen);
            hashes.Add(ledger.Bank.LatestBlock.Hash);
            if (checksBooks)
            {
                ledger.Bank.VerifyConservation();
                Assert.Equal(supply, ledger.Bank.TotalLamports + ledger.Bank.FeesBurnt);
                if (step % 6 == 5)
                {
                    CheckRounds(ledger);
                }
            }
        }

        if (checksBooks)
        {
            Drain(ledger);
        }

        hashes.Add(ledger.Bank.LatestBlock.Hash);
        return hashes;
    }

    private static void Step(TestLedger ledger, DeterministicRandom random, HashSet<Pubkey> liars, Dictionary<string, int> seen)
    {
        Jump(ledger, random);
        var now = ledger.Info.RoundAt(ledger.Bank.Slot);
        var offset = ledger.Bank.Slot - ledger.Windows.StartOf(now);
        // Mostly what this part of a round is for, so that lives get far; sometimes anything for any round.
        var isRegular = random.Chance(4, 5);
        var round = new Round(isRegular ? now.Value - 1 : random.NextBelow(now.Value + 3));
        var earlier = new Round(isRegular ? now.Value - Math.Min(now.Value, 2) : round.Value);
        int[] choices = !isRegular ? [0, 1, 2, 3, 4, 5, 6]
            : offset <= TestLedger.SubmissionWindow ? [0, 0, 0, 1]
            : offset < TestLedger.RoundTime / 2 ? [2, 2, 2, 3, 4]
            : [2, 4, 4];
        var action = choices[random.NextBelow(choices.Length)];
        switch (action)
        {
            case 0:
                foreach (var submitter in ledger.Nodes.Where(_ => random.Chance(9, 10)))
                {
                    Note(ledger.Submit(submitter, round, $"result {random.NextBelow(3)}"), seen);
                }

                break;
            case 1:
                var leaders = ledger.Bank.GetTaskRound(TestLedger.Task, earlier)?.Leaders ?? [];
                SendList(ledger, random, leaders.IsEmpty || random.Chance(1, 5) ? AnyNode(ledger, random) : ledger.NodeOf(leaders[0]), earlier, seen);
                break;
            case 2:
                AuditAll(ledger, random, liars, round, seen);
                break;
            case 3:
                foreach (var listed in ledger.Bank.GetTaskRound(TestLedger.Task, earlier)?.Lists.Keys ?? [])
                {
                    foreach (var voter in ledger.Nodes)
                    {
                        Note(ledger.AuditList(voter, listed, earlier, Opinion(random, liars, listed)), seen);
                    }
                }

                break;
            case 4:
                Note(ledger.Payout(earlier), seen);
                break;
            case 5:
                MoveMoney(ledger, random, AnyNode(ledger, random), seen);
                break;
            default:
                var nonsense = Nonsense(ledger, random, AnyNode(ledger, random), round);
                Note(ledger.Send([nonsense], [.. ledger.Nodes, TestLedger.Creator, TestLedger.TaskKey]), seen);
                break;
        }

        if (random.Chance(1, 2))
        {
            MoveMoney(ledger, random, AnyNode(ledger, random), seen);
        }
    }

    private static Keypair AnyNode(TestLedger ledger, DeterministicRandom random) => ledger.Nodes[random.NextBelow(ledger.Nodes.Length)];

    private static void AuditAll(
        TestLedger ledger, DeterministicRandom random, HashSet<Pubkey> liars, Round round, Dictionary<string, int> seen)
    {
        foreach (var voter in ledger.Nodes)
        {
            foreach (var candidate in ledger.Nodes.Where(_ => random.Chance(9, 10)))
            {
                Note(ledger.Audit(voter, candidate, round, Opinion(random, liars, candidate.PublicKey)), seen);
            }
        }
    }

    private static void MoveMoney(TestLedger ledger, DeterministicRandom random, Keypair node, Dictionary<string, int> seen) => Note(
        random.NextBelow(5) switch
        {
            0 => ledger.Withdraw(node),
            1 => ledger.Claim(node, TestLedger.Manager.PublicKey),
            2 => ledger.Send(ledger.StakeCall(node, Amount(random)), node),
            3 => ledger.Send([new SystemInstruction.Transfer(TestLedger.MinimumStake).ToInstruction(TestLedger.Faucet.PublicKey, node.PublicKey)]),
            _ => ledger.Send([new TaskInstruction.FundTask(Amount(random)).ToInstruction(TestLedger.Task, TestLedger.Faucet.PublicKey, TestLedger.Pot)]),
        },
        seen);

    // To the next edge of a window, to the slot before or after it, or far away.
    private static void Jump(TestLedger ledger, DeterministicRandom random)
    {
        ulong[] edges = [1, 9, 10, 19, 24, 39];
        var start = ledger.Windows.StartOf(ledger.Info.RoundAt(ledger.Bank.Slot));
        var offset = ledger.Bank.Slot - start;
        var next = edges.Where(edge => edge > offset).Append(TestLedger.RoundTime + 1).First();
        ledger.GoTo(random.Chance(1, 30)
            ? ledger.Bank.Slot + random.NextBelow(3 * TestLedger.RoundTime)
            : start + next + random.NextBelow(2UL));
    }

    private static Verdict Opinion(DeterministicRandom random, HashSet<Pubkey> liars, Pubkey about) =>
        random.Chance(1, 8) ? (Verdict)random.NextBelow(3) : liars.Contains(about) ? Verdict.Invalid : Verdict.Valid;

    private static void SendList(
        TestLedger ledger, DeterministicRandom random, Keypair author, Round round, Dictionary<string, int> seen)
    {
        var list = random.NextBelow(6) switch
        {
            0 => $"{{\"{author.PublicKey}\":{Amount(random).Value}}}",
            1 => $"{{\"{author.PublicKey}\":-{Amount(random).Value}}}",
            2 => "{\"nobody\":1}",
            _ => ledger.Bank.GetTaskRound(TestLedger.Task, round) is null ? "{}" : ledger.HonestList(round),
        };
        foreach (var part in TaskInstruction.UploadDistributionList.Split(System.Text.Encoding.UTF8.GetBytes(list), round))
        {
            Note(ledger.Send([part.ToInstruction(TestLedger.Task, author.PublicKey)], author), seen);
        }

        Note(ledger.Send([new TaskInstruction.SubmitDistributionList(round).ToInstruction(TestLedger.Task, author.PublicKey)], author), seen);
    }

    private static Lamports Amount(DeterministicRandom random) => new(random.NextBelow(6) switch
    {
        0 => 0,
        1 => 1,
        2 => TaskInstruction.MaxNumber,
        3 => TestLedger.MinimumStake.Value,
        _ => random.NextBelow(20_000_000_000UL),
    });

    // An instruction of any kind with its accounts in any order, with any rights, some of them missing.
    private static Instruction Nonsense(TestLedger ledger, DeterministicRandom random, Keypair node, Round round)
    {
        var other = ledger.Nodes[random.NextBelow(ledger.Nodes.Length)].PublicKey;
        Instruction[] choices =
        [
            new TaskInstruction.SubmitTask("x", round).ToInstruction(TestLedger.Task, node.PublicKey),
            new TaskInstruction.AuditSubmissions((Verdict)random.NextBelow(3), round).ToInstruction(TestLedger.Task, node.PublicKey, other),
            new TaskInstruction.AuditDistribution((Verdict)random.NextBelow(3), round).ToInstruction(TestLedger.Task, node.PublicKey, other),
            new TaskInstruction.Payout(new(random.NextBelow(TaskInstruction.MaxNumber))).ToInstruction(TestLedger.Task, other),
            new TaskInstruction.ClaimReward().ToInstruction(TestLedger.Task, node.PublicKey, TestLedger.Pot, TestLedger.Task),
            new TaskInstruction.FundTask(Amount(random)).ToInstruction(TestLedger.Task, node.PublicKey, TestLedger.Pot),
            new TaskInstruction.Stake(Amount(random), "x").ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey, TestLedger.Pot),
            new TaskInstruction.Withdraw().ToInstruction(TestLedger.Task, node.PublicKey),
            new TaskInstruction.SetActive(random.Chance(9, 10)).ToInstruction(TestLedger.Task, TestLedger.Creator.PublicKey),
            TestLedger.Settings().ToInstruction(TestLedger.Creator.PublicKey, TestLedger.Task, TestLedger.Pot),
            new SystemInstruction.Transfer(Amount(random)).ToInstruction(TestLedger.Faucet.PublicKey, TestLedger.Pot),
            new SystemInstruction.Transfer(Amount(random)).ToInstruction(TestLedger.Pot, other),
        ];
        var chosen = choices[random.NextBelow(choices.Length)];
        var accounts = chosen.Accounts.ToArray();
        if (random.Chance(1, 2))
        {
            random.Shuffle<AccountMeta>(accounts);
        }

        return chosen with
        {
            Accounts = [.. accounts.Skip(random.NextBelow(8) == 0 ? 1 : 0)
                .Select(meta => random.Chance(1, 10) ? meta with { IsWritable = !meta.IsWritable } : meta)
                .Select(meta => random.Chance(1, 20) && meta.Key != TestLedger.Faucet.PublicKey ? meta with { IsSigner = false } : meta)],
        };
    }

    private static void Note(TransactionResult result, Dictionary<string, int> seen)
    {
        Assert.True(result.IsLanded, result.Error?.Message);
        // A program that fails in a way it does not know would end the sequence by an exception.
        Assert.NotEqual(InstructionErrorKind.UnbalancedInstruction, result.Error?.Instruction?.Kind);
        const string Marker = "Program log: TaskEvent:{\"kind\":\"";
        foreach (var line in result.IsSuccess ? result.Logs : [])
        {
            if (line.StartsWith(Marker, StringComparison.Ordinal))
            {
                var kind = line[Marker.Length..line.IndexOf('"', Marker.Length)];
                seen[kind] = seen.GetValueOrDefault(kind) + 1;
            }
        }
    }

    private static void CheckRounds(TestLedger ledger)
    {
        var now = ledger.Info.RoundAt(ledger.Bank.Slot).Value;
        for (var number = now - Math.Min(now, 4); number <= now; number++)
        {
            if (ledger.Bank.GetTaskRound(TestLedger.Task, new(number)) is not { } round)
            {
                continue;
            }

            // A round costs at most its bounty, audits included, and only the convicted and overruled objectors lose anything.
            var objectors = round.Objections.Values.Select(objection => objection.By).ToHashSet();
            Assert.True(round.Rewards.Values.Sum(amount => (long)amount.Value) <= (long)TestLedger.BountyPerRound.Value);
            Assert.All(round.Slashes.Keys, key => Assert.True(
                objectors.Contains(key) || round.Outcomes[key] is SubmissionOutcome.Slashed));
            Assert.All(round.Rewards.Keys, key => Assert.True(
                round.Outcomes[key] is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited));
            Assert.All(round.Verdicts, pair => Assert.DoesNotContain(pair.Value, given => given.Voter == pair.Key));
            Assert.All(round.Verdicts.Values, given => Assert.Equal(given.Length, given.Select(one => one.Voter).Distinct().Count()));
        }
    }

    // From wherever it got: once the rounds are over, every stake and every balance can be taken out.
    private static void Drain(TestLedger ledger)
    {
        var now = ledger.Info.RoundAt(ledger.Bank.Slot);
        ledger.GoTo(ledger.Windows.StartOf(now + 8));
        for (var number = 0UL; number <= now.Value; number++)
        {
            _ = ledger.Payout(new(number));
        }

        foreach (var node in ledger.Nodes.Append(TestLedger.Creator))
        {
            var key = node.PublicKey;
            if (ledger.Info.Stakes.ContainsKey(key))
            {
                var withdrawn = ledger.Withdraw(node);
                Assert.True(withdrawn.IsSuccess, string.Join('\n', withdrawn.Logs));
            }

            if (ledger.Info.AvailableBalances.ContainsKey(key))
            {
                Assert.True(ledger.Claim(node, TestLedger.Manager.PublicKey).IsSuccess);
            }
        }

        Assert.Empty(ledger.Info.Stakes);
        Assert.Empty(ledger.Info.AvailableBalances);
        ledger.Bank.VerifyConservation();
    }
}
