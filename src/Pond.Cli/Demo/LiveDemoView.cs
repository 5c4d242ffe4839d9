using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pond.Cli.Demo;

/// <summary>A table that is redrawn in place, with the latest happenings under it.</summary>
internal sealed class LiveDemoView : IDemoView
{
    private const int BarWidth = 24;
    private const int HappeningsShown = 6;

    private readonly IAnsiConsole _console;
    private readonly Lock _lock = new();
    private readonly Queue<string> _happenings = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LiveDisplayContext? _context;
    private DemoSnapshot? _snapshot;
    private Task _display = Task.CompletedTask;

    internal LiveDemoView(IAnsiConsole console)
    {
        _console = console;
    }

    public void Say(string line)
    {
        lock (_lock)
        {
            // Before the table there is only the list of steps, which stays on the screen.
            if (_context is null)
            {
                _console.WriteLine(line);
                return;
            }

            _happenings.Enqueue(line);
            while (_happenings.Count > HappeningsShown)
            {
                _happenings.Dequeue();
            }

            Redraw();
        }
    }

    public void Show(DemoSnapshot snapshot)
    {
        lock (_lock)
        {
            _snapshot = snapshot;
            if (_context is null)
            {
                _display = _console.Live(Draw(snapshot)).AutoClear(enabled: true).StartAsync(context =>
                {
                    _context = context;
                    return _closed.Task;
                });
            }

            Redraw();
        }
    }

    public void Close()
    {
        _closed.TrySetResult();
        _display.GetAwaiter().GetResult();
        lock (_lock)
        {
            _context = null;
        }
    }

    private void Redraw()
    {
        if (_snapshot is not null)
        {
            _context?.UpdateTarget(Draw(_snapshot));
        }
    }

    private Rows Draw(DemoSnapshot snapshot)
    {
        var table = new Table().RoundedBorder().BorderColor(Color.Grey);
        table.AddColumns("node", "work", "submission");
        table.AddColumn(new TableColumn("audits made").RightAligned());
        table.AddColumn(new TableColumn("votes received").RightAligned());
        table.AddColumn(new TableColumn("earned").RightAligned());
        table.AddColumn(new TableColumn("stake").RightAligned());
        foreach (var node in snapshot.Nodes)
        {
            var votes = node.InvalidVotes == 0
                ? Markup.FromInterpolated($"[green]{node.ValidVotes} valid[/]")
                : Markup.FromInterpolated($"[green]{node.ValidVotes} valid[/] [red]{node.InvalidVotes} invalid[/]");
            table.AddRow(
                node.IsCheater ? Markup.FromInterpolated($"[red]{node.Name}[/]") : Markup.FromInterpolated($"{node.Name}"),
                Markup.FromInterpolated($"{node.Work}"),
                Markup.FromInterpolated($"[grey]{node.Submission}[/]"),
                Markup.FromInterpolated($"{node.AuditsMade}"),
                votes,
                Markup.FromInterpolated($"{node.Earned}"),
                Markup.FromInterpolated($"{node.Stake}"));
        }

        var filled = (int)(Math.Clamp(snapshot.PhaseProgress, 0, 1) * BarWidth);
        var bar = new string('━', filled) + "[grey]" + new string('━', BarWidth - filled) + "[/]";
        var head = new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"slot [bold]{snapshot.Slot}[/]  round [bold]{snapshot.Round}[/]  [green]{bar}[/] {Markup.Escape(snapshot.Phase)}  shards accepted [bold]{snapshot.CoveredShards}/{snapshot.ShardCount}[/]"));
        var happenings = _happenings.Select(line => (IRenderable)Markup.FromInterpolated($"[grey]{line}[/]"));
        return new Rows([head, table, .. happenings]);
    }
}
