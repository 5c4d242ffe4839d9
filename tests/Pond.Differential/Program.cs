using System.Globalization;
using Pond.Differential;
using Pond.Primitives.Instructions;

// Usage: Pond.Differential <folder of litesvm.mjs> [--from SEED] [--transactions N] [--program classic|bundled] [--record FILE]
var folder = args[0];
var from = ulong.Parse(Option("--from") ?? "0", CultureInfo.InvariantCulture);
var count = int.Parse(Option("--transactions") ?? "10000", CultureInfo.InvariantCulture);
var program = Option("--program") ?? "classic";
var record = Option("--record");

using var other = new LiteSvmSide(folder);
var recorded = new List<string>();
var failures = 0;
var errors = new SortedDictionary<string, int>(StringComparer.Ordinal);
var excused = new SortedDictionary<string, int>(StringComparer.Ordinal);
var done = 0;
for (var seed = from; done < count; seed++)
{
    var world = new World(seed);
    var native = world.Bank.GetAccount(ProgramIds.NativeMint)!;
    other.Reset(program,
    [
        .. world.Balances.Select(pair => LiteSvmSide.Account(pair.Key, pair.Balance.Value, default, [])),
        LiteSvmSide.Account(ProgramIds.NativeMint, native.Lamports.Value, native.Owner, native.Data.AsSpan()),
    ]);
    for (var index = 0; index < World.TransactionsPerWorld && done < count; index++, done++)
    {
        if (index % World.TransactionsPerBlock == 0)
        {
            world.Seal();
            other.Seal();
        }

        var (message, pondRaw) = world.Next();
        var (pond, theirs, rules) = Masks.Apply(pondRaw, other.Run(message));
        if (program == "bundled")
        {
            (pond, theirs) = (Masks.WithoutInstructionNames(pond), Masks.WithoutInstructionNames(theirs));
        }

        var kind = theirs.Error ?? "success";
        errors[kind] = errors.GetValueOrDefault(kind) + 1;
        foreach (var rule in rules)
        {
            excused[rule] = excused.GetValueOrDefault(rule) + 1;
        }

        recorded.Add($"{theirs.Fingerprint()} {theirs.Error ?? "success"}");
        if (pond.Fingerprint() != theirs.Fingerprint())
        {
            failures++;
            Console.WriteLine($"DIFFERENT: world {seed}, transaction {index}. Again: ./pond test --long differential --from {seed}");
            Console.WriteLine(Report.Of(message, pond, theirs));
            if (!pond.Accounts.SequenceEqual(theirs.Accounts, StringComparer.Ordinal))
            {
                // The two ledgers hold different accounts from here on, and every later difference would be an echo.
                break;
            }
        }
    }

    if (failures >= 20)
    {
        break;
    }
}

if (record is not null && failures == 0)
{
    File.WriteAllLines(record, recorded);
}

foreach (var (kind, times) in errors)
{
    Console.WriteLine($"{times,6}  {kind}");
}

foreach (var (rule, times) in excused)
{
    Console.WriteLine($"{times,6}  excused by the rule {rule}");
}

Console.WriteLine($"{done} transactions from world {from} on with the {program} token program, {failures} differences");
return failures == 0 ? 0 : 1;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var index && index + 1 < args.Length ? args[index + 1] : null;
