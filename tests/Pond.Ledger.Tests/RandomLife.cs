using System.Text.Json;
using Pond.Ledger.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests;

/// <summary>One random life of a task, with the checks of docs/protocol/tasks.md's invariants after every instruction.</summary>
internal sealed class RandomLife
{
    private const int Steps = 24;

    private static readonly string[] Variables = ["class=A;fallback=equal", "class=A;fallback=none", "class=C;fallback=equal", ""];
    private static readonly Keypair NewTask = TestLedger.Key("new task");
    private static readonly Pubkey NewKoiiPot = TestLedger.FindPot("new pot");
    private static readonly Pubkey NewVault = TestLedger.Key("new vault").PublicKey;

    // Nobody has a key for it, which matters here because this ledger looks at no signatures.
    private static readonly Pubkey VaultAuthority = ProgramAddress.VaultAuthority(TestLedger.VaultKey.PublicKey).Address;

    private readonly DeterministicRandom _random;
    private readonly Dictionary<string, int> _seen;
    private readonly TestLedger _ledger;
    private readonly HashSet<Pubkey> _liars;
    private readonly Dictionary<Round, PayoutRecord> _records = [];
    private readonly bool _checksBooks;
    private Int128 _owed;
    private TaskState? _checkedTask;

    /// <summary>Prepares a life.</summary>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="seen">Counts the events by kind.</param>
    /// <param name="checksBooks">Whether to check; without, a life is only played.</param>
    internal RandomLife(ulong seed, Dictionary<string, int> seen, bool checksBooks)
    {
        _random = DeterministicRandom.ForStream(seed, "sequence");
        (_seen, _checksBooks) = (seen, checksBooks);
        var rules = _random.Chance(1, 8) ? LedgerRules.Koii : LedgerRules.Pond1;
        _ledger = TestLedger.WithNodes(
            3 + _random.NextBelow(3), Variables[_random.NextBelow(Variables.Length)], isFast: true, rules: rules, allowedFailed: (ulong)_random.NextBelow(3),
            kind: _random.Chance(1, 4) ? TaskKind.Token : TaskKind.Koii);
        // Each node mostly keeps to one opinion of each other, so that verdicts add up to convictions.
        _liars = [.. _ledger.Nodes.Where(_ => _random.Chance(1, 3)).Select(node => node.PublicKey)];
        _owed = Owed();
    }

    private Pubkey NewPot => _ledger.Kind is TaskKind.Koii ? NewKoiiPot : NewVault;

    private Round Now => _ledger.Info.RoundAt(_ledger.Bank.Slot);

    private Keypair AnyNode => _ledger.Nodes[_random.NextBelow(_ledger.Nodes.Length)];

    /// <summary>Plays the life to its end.</summary>
    /// <returns>The block hashes.</returns>
    internal List<Hash> Play()
    {
        var hashes = new List<Hash>();
        _ledger.GoTo(_ledger.Windows.StartOf(new(1)));
        for (var step = 0; step < Steps; step++)
        {
            Jump();
            Step();
            hashes.Add(_ledger.Bank.LatestBlock.Hash);
            if (_checksBooks)
            {
                // After each instruction what it changed is checked; now all of it, from the beginning.
                _ledger.Bank.VerifyConservation();
                Assert.Equal(_owed, Owed());
                CheckRounds(changedOnly: false);
                CheckImage(TestLedger.Task);
            }
        }

        if (_checksBooks)
        {
            End();
        }

        hashes.Add(_ledger.Bank.LatestBlock.Hash);
        return hashes;
    }

    private void Step()
    {
        var (now, slot) = (Now, _ledger.Bank.Slot);
        var offset = slot - _ledger.Windows.StartOf(now);
        // Mostly what this part of a round is for, so that lives get far; sometimes anything for any round.
        var isRegular = _random.Chance(4, 5);
        var round = new Round(isRegular ? now.Value - 1 : _random.NextBelow(now.Value + 3));
        var earlier = new Round(isRegular ? now.Value - Math.Min(now.Value, 2) : round.Value);
        int[] choices = !isRegular ? [0, 1, 2, 3, 4, 5, 6, 6, 7]
            : offset <= TestLedger.SubmissionWindow ? [0, 0, 0, 1]
            : offset < TestLedger.RoundTime / 2 ? [2, 2, 2, 3, 4]
            : [2, 4, 4];
        switch (choices[_random.NextBelow(choices.Length)])
        {
            case 0:
                foreach (var submitter in _ledger.Nodes.Where(_ => _random.Chance(9, 10)))
                {
                    Note(_ledger.Submit(submitter, round, $"result {_random.NextBelow(3)}"));
                }

                break;
            case 1:
                var leaders = _ledger.Bank.GetTaskRound(TestLedger.Task, earlier)?.Leaders ?? [];
                SendList(leaders.IsEmpty || _random.Chance(1, 5) ? AnyNode : _ledger.NodeOf(leaders[0]), earlier);
                break;
            case 2:
                AuditAll(round);
                break;
            case 3:
                AuditLists(earlier);
                break;
            case 4:
                Note(_ledger.Payout(earlier));
                break;
            case 5:
                MoveMoney(AnyNode);
                break;
            case 6:
                Note(_ledger.Send([Nonsense(AnyNode, round)]));
                break;
            default:
                Migrate();
                break;
        }

        if (_random.Chance(1, 2))
        {
            MoveMoney(AnyNode);
        }
    }

    private void AuditAll(Round round)
    {
        foreach (var voter in _ledger.Nodes)
        {
            foreach (var candidate in _ledger.Nodes.Where(_ => _random.Chance(9, 10)))
            {
                Note(_ledger.Audit(voter, candidate, round, Opinion(candidate.PublicKey)));
            }
        }
    }

    private void AuditLists(Round round)
    {
        foreach (var listed in _ledger.Bank.GetTaskRound(TestLedger.Task, round)?.Lists.Keys ?? [])
        {
            foreach (var voter in _ledger.Nodes)
            {
                Note(_ledger.AuditList(voter, listed, round, Opinion(listed)));
            }
        }
    }

    private void MoveMoney(Keypair node) => Note(_random.NextBelow(5) switch
    {
        0 => _ledger.Withdraw(node),
        1 => _ledger.Claim(node, TestLedger.Manager.PublicKey),
        2 => _ledger.Send(_ledger.StakeCall(node, Amount())),
        3 => _ledger.Send([_ledger.GiveCall(node.PublicKey, TestLedger.MinimumStake)]),
        _ => _ledger.Send([_ledger.FundCall(TestLedger.Faucet.PublicKey, Amount())]),
    });

    private void Migrate() => Note(_ledger.Send(
        _ledger.MigrateCalls(TestLedger.Settings() with { BountyPerRound = Amount() }, NewTask.PublicKey, NewPot)));

    // To the next edge of a window, to the slot before or after it, or far away.
    private void Jump()
    {
        ulong[] edges = [1, 8, 9, 10, 18, 19, 24, 25, 39];
        var start = _ledger.Windows.StartOf(Now);
        var offset = _ledger.Bank.Slot - start;
        var next = edges.Where(edge => edge > offset && (edge % 3 == 1 || _random.Chance(1, 2))).Append(TestLedger.RoundTime + 1).First();
        _ledger.GoTo(_random.Chance(1, 30)
            ? _ledger.Bank.Slot + _random.NextBelow(3 * TestLedger.RoundTime)
            : start + next + _random.NextBelow(2UL));
    }

    private Verdict Opinion(Pubkey about) =>
        _random.Chance(1, 8) ? (Verdict)_random.NextBelow(3) : _liars.Contains(about) ? Verdict.Invalid : Verdict.Valid;

    private void SendList(Keypair author, Round round)
    {
        var list = _random.NextBelow(7) switch
        {
            0 => $"{{\"{author.PublicKey}\":{Amount().Value}}}",
            1 => $"{{\"{author.PublicKey}\":-{Amount().Value}}}",
            2 => "{\"nobody\":1}",
            3 => $"{{{string.Join(',', _ledger.Nodes.Select(node => $"\"{node.PublicKey}\":{(_liars.Contains(node.PublicKey) ? "-3500000000.5" : "1000000000")}"))}}}",
            _ => _ledger.Bank.GetTaskRound(TestLedger.Task, round) is null ? "{}" : _ledger.HonestList(round),
        };
        foreach (var part in TaskInstruction.UploadDistributionList.Split(System.Text.Encoding.UTF8.GetBytes(list), round))
        {
            Note(_ledger.Send([_ledger.Same(part, part.ToInstruction(TestLedger.Task, author.PublicKey))]));
        }

        var submit = new TaskInstruction.SubmitDistributionList(round);
        Note(_ledger.Send([_ledger.Same(submit, submit.ToInstruction(TestLedger.Task, author.PublicKey))]));
    }

    private Lamports Amount() => new(_random.NextBelow(6) switch
    {
        0 => 0,
        1 => 1,
        2 => TaskInstruction.MaxNumber,
        3 => TestLedger.MinimumStake.Value,
        _ => _random.NextBelow(20_000_000_000UL),
    });

    // An instruction of any kind with its accounts in any order, with any rights, some of them missing, sometimes for the other program.
    private Instruction Nonsense(Keypair node, Round round)
    {
        var other = AnyNode.PublicKey;
        var (task, pot, creator) = (TestLedger.Task, _ledger.TaskPot, TestLedger.Creator.PublicKey);
        Instruction[] choices = _ledger.Kind is TaskKind.Token && _random.Chance(3, 4)
            ?
            [
                TestLedger.Settings().Create(creator, TestLedger.TokensOf(creator), task, pot, TestLedger.Mint),
                TestLedger.Settings().Update(other, task, pot, NewTask.PublicKey, NewVault, TestLedger.Mint),
                TokenTaskCalls.Delete(task, creator, pot, TestLedger.Mint, TestLedger.TokensOf(other)),
                TokenTaskCalls.Fund(Amount(), task, node.PublicKey, TestLedger.TokensOf(other), pot),
                TokenTaskCalls.Stake(Amount(), "x", task, node.PublicKey, pot, pot),
                TokenTaskCalls.Claim(task, node.PublicKey, pot, pot),
                TokenTaskCalls.Allow(isAllowlisted: true, task, node.PublicKey),
                new TokenInstruction.Transfer(Amount().Value).ToInstruction(pot, TestLedger.TokensOf(other), VaultAuthority),
                new TokenInstruction.Transfer(1).ToInstruction(TestLedger.TokensOf(TestLedger.Faucet.PublicKey), pot, TestLedger.Faucet.PublicKey),
                new TokenInstruction.CloseAccount().ToInstruction(pot, other, node.PublicKey),
            ]
            :
        [
            new TaskInstruction.SubmitTask("x", round).ToInstruction(task, node.PublicKey),
            new TaskInstruction.AuditSubmissions((Verdict)_random.NextBelow(3), round).ToInstruction(task, node.PublicKey, other),
            new TaskInstruction.AuditDistribution((Verdict)_random.NextBelow(3), round).ToInstruction(task, node.PublicKey, other),
            new TaskInstruction.Payout(new(_random.NextBelow(TaskInstruction.MaxNumber))).ToInstruction(task, other),
            new TaskInstruction.ClaimReward().ToInstruction(task, node.PublicKey, pot, task),
            new TaskInstruction.FundTask(Amount()).ToInstruction(task, node.PublicKey, pot),
            new TaskInstruction.Stake(Amount(), "x").ToInstruction(task, creator, pot),
            new TaskInstruction.Withdraw().ToInstruction(task, node.PublicKey),
            new TaskInstruction.SetActive(_random.Chance(9, 10)).ToInstruction(task, creator),
            new TaskInstruction.Whitelist(IsAllowlisted: true).ToInstruction(task, node.PublicKey),
            new TaskInstruction.DeleteTask().ToInstruction(task, creator, pot),
            new TaskInstruction.HandleManagerAccounts((ManagerOperation)(1 + _random.NextBelow(3))).ToInstruction(node.PublicKey, other, creator),
            TestLedger.Settings().ToInstruction(creator, task, pot),
            new TaskInstruction.UpdateTask(TestLedger.Settings()).ToInstruction(other, task, pot, NewTask.PublicKey, NewPot),
            new SystemInstruction.Transfer(Amount()).ToInstruction(TestLedger.Faucet.PublicKey, pot),
            new SystemInstruction.Transfer(Amount()).ToInstruction(pot, other),
        ];
        var chosen = choices[_random.NextBelow(choices.Length)];
        var accounts = chosen.Accounts.ToArray();
        if (_random.Chance(1, 2))
        {
            _random.Shuffle<AccountMeta>(accounts);
        }

        return chosen with
        {
            Accounts = [.. accounts.Skip(_random.NextBelow(8) == 0 ? 1 : 0)
                .Select(meta => _random.Chance(1, 10) ? meta with { IsWritable = !meta.IsWritable } : meta)
                .Select(meta => meta.Key == VaultAuthority || (_random.Chance(1, 20) && meta.Key != TestLedger.Faucet.PublicKey) ? meta with { IsSigner = false } : meta)],
        };
    }

    // After every instruction. What every pot owes changes by what the events say and by nothing else; a failed instruction has no events.
    private void Note(TransactionResult result)
    {
        // Too large an amount is refused before it lands when the faucet can't pay it.
        Assert.True(result.IsLanded, result.Error?.Message);
        // A program that fails in a way it does not know would end the sequence by an exception.
        Assert.NotEqual(InstructionErrorKind.UnbalancedInstruction, result.Error?.Instruction?.Kind);
        const string Marker = "Program log: TaskEvent:";
        var signers = result.Transaction.Message.Keys.AsSpan(0, result.Transaction.Message.SignerCount);
        var events = 0;
        Int128 change = 0;
        foreach (var line in result.IsSuccess ? result.Logs.Where(line => line.StartsWith(Marker, StringComparison.Ordinal)) : [])
        {
            using var json = JsonDocument.Parse(line.AsMemory(Marker.Length));
            var kind = json.RootElement.GetProperty("kind").GetString()!;
            events++;
            _seen[kind] = _seen.GetValueOrDefault(kind) + 1;
            Int128 Of(string name) => json.RootElement.GetProperty(name).GetUInt64();
            // Nobody acts for another, and only the manager switches a task or moves it.
            var actor = kind is "active" or "migrate" ? TestLedger.Creator.PublicKey
                : json.RootElement.TryGetProperty("by", out var by) ? Pubkey.Parse(by.GetString()!) : (Pubkey?)null;
            Assert.True(actor is null || signers.Contains(actor.Value), $"{kind}: {actor} did not sign.");
            change += kind switch
            {
                "fund" or "stake" => Of("amount"),
                "claim" => -Of("amount"),
                "payout" => -Of("burnt"), // In a token task it stays in the vault, owed to nobody.
                "delete" => -Of("bounty"),
                "create" or "migrate" => 0,
                "allowlist" => throw new InvalidOperationException("No manager of the network took part."),
                _ => 0,
            };
        }

        if (_checksBooks && result.IsSuccess)
        {
            _owed += change;
            Assert.Equal(_owed, Owed());
            _ledger.Bank.VerifyConservation();
            if (_ledger.Bank.FindTask(TestLedger.Task) is { } task && !ReferenceEquals(task, _checkedTask))
            {
                Assert.True(_checkedTask is null || events > 0, "The task changed, and no event says so.");
                CheckRounds(changedOnly: true);
                CheckImage(TestLedger.Task);
                _checkedTask = task;
            }
        }

        // The same transaction once more changes nothing.
        if (_checksBooks && _random.Chance(1, 16))
        {
            Assert.False(_ledger.Bank.Process(result.Transaction).IsLanded);
            Assert.Equal(_owed, Owed());
        }
    }

    private Int128 Owed() => _ledger.Bank.Tasks.Select(key => _ledger.Bank.GetTask(key)!).Aggregate(
        Int128.Zero,
        (sum, task) => sum + task.TotalBounty.Value + task.TotalStake.Value + task.AvailableBalances.Values.Aggregate(0UL, (all, one) => all + one.Value));

    private void CheckRounds(bool changedOnly)
    {
        var now = Now.Value;
        var stored = _ledger.Bank.FindTask(TestLedger.Task)!.Rounds;
        for (var number = now - Math.Min(now, 4); number <= now; number++)
        {
            var isUnchanged = _checkedTask?.Rounds.GetValueOrDefault(new(number)) is var before && ReferenceEquals(before, stored.GetValueOrDefault(new(number)));
            if ((changedOnly && isUnchanged) || _ledger.Bank.GetTaskRound(TestLedger.Task, new(number)) is not { } round)
            {
                continue;
            }

            // A round costs at most its bounty, audits included, and only the convicted and overruled objectors lose anything.
            var objectors = round.Objections.Values.Select(objection => objection.By).ToHashSet();
            var from = _ledger.Windows.SubmissionsFrom(new(number));
            var paid = round.Rewards.Values.Concat(round.AuditPay.Values).Aggregate(0UL, (sum, amount) => sum + amount.Value);
            Assert.True(paid <= TestLedger.BountyPerRound.Value);
            Assert.All(round.Slashes.Keys, key => Assert.True(objectors.Contains(key) || round.Outcomes[key] is SubmissionOutcome.Slashed));
            Assert.All(round.Rewards.Keys, key => Assert.True(round.Outcomes[key] is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited));
            Assert.All(round.Submissions.Values, one => Assert.InRange(one.Slot.Value, from.Value, from.Value + TestLedger.SubmissionWindow));
            Assert.All(round.Lists.Values, one => Assert.InRange(one.Slot.Value, round.ListsFrom.Value, round.ListsFrom.Value + TestLedger.SubmissionWindow));
            Assert.All(round.Verdicts, pair => Assert.DoesNotContain(pair.Value, given => given.Voter == pair.Key));
            Assert.All(round.Verdicts.Values, given => Assert.Equal(given.Length, given.Select(one => one.Voter).Distinct().Count()));
            Assert.All(round.Verdicts.Values.SelectMany(given => given), given => Assert.True(given.Slot <= round.VotesClose));
            if (_records.GetValueOrDefault(round.Round) is PayoutRecord.PayoutSuccessful)
            {
                Assert.Equal(PayoutRecord.PayoutSuccessful, round.Payout);
            }

            _records[round.Round] = round.Payout;
        }
    }

    private void CheckImage(Pubkey task)
    {
        var data = _ledger.Bank.GetAccount(task)!.Data;
        if (_ledger.Kind is TaskKind.Token)
        {
            // Strict: it throws at a byte too many or too few, and at a flag that is none.
            var state = TokenTaskState.Parse(data.AsSpan());
            Assert.Equal(_ledger.Info.Stakes.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal), state.Stakes, StringComparer.Ordinal);
            Assert.Equal((_ledger.Info.TotalBounty.Value, _ledger.Info.TotalStake.Value), (state.TotalBounty, state.TotalStake));
            return;
        }

        using var image = JsonDocument.Parse(data.AsMemory());
        Assert.StartsWith("{\"is_allowlisted\":false,\"is_active\":", System.Text.Encoding.UTF8.GetString(data.AsSpan()[..64]), StringComparison.Ordinal);
        Assert.Equal(
            _ledger.Bank.GetTask(task)!.Stakes.Keys.Select(key => key.ToString()).Order(StringComparer.Ordinal),
            image.RootElement.GetProperty("stake_list").EnumerateObject().Select(entry => entry.Name),
            StringComparer.Ordinal);
    }

    // From wherever it got: once the rounds are over, every stake and every balance can be taken out, and the tasks can be deleted.
    private void End()
    {
        var now = Now;
        _ledger.GoTo(_ledger.Windows.StartOf(now + 8));
        for (var number = 0UL; number <= now.Value; number++)
        {
            Note(_ledger.Payout(new(number)));
        }

        foreach (var node in _ledger.Nodes.Append(TestLedger.Creator))
        {
            var key = node.PublicKey;
            if (_ledger.Info.Stakes.ContainsKey(key))
            {
                Must(_ledger.Withdraw(node));
            }

            if (_ledger.Info.AvailableBalances.ContainsKey(key))
            {
                Must(_ledger.Claim(node, TestLedger.Manager.PublicKey));
            }
        }

        Assert.Empty(_ledger.Info.Stakes);
        Assert.Empty(_ledger.Info.AvailableBalances);
        Delete(TestLedger.Task, _ledger.TaskPot);
        if (_ledger.Bank.GetTask(NewTask.PublicKey) is not null)
        {
            Delete(NewTask.PublicKey, NewPot);
        }

        Assert.Equal(Int128.Zero, Owed());
        _ledger.Bank.VerifyConservation();
    }

    private void Delete(Pubkey task, Pubkey pot)
    {
        Must(_ledger.Send([_ledger.SetActiveCall(isActive: false, task)]));
        Must(_ledger.Send([_ledger.DeleteCall(task, pot)]));
        Assert.Null(_ledger.Bank.GetAccount(task));
        Assert.Null(_ledger.Bank.GetAccount(pot));
    }

    private void Must(TransactionResult result)
    {
        Assert.True(result.IsSuccess, $"{result.Error}\n{string.Join('\n', result.Logs)}");
        Note(result);
    }
}
