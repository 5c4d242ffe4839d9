namespace Pond.Cli.Demo;

/// <summary>Shows a demo while it runs.</summary>
internal interface IDemoView
{
    /// <summary>Says once that something was done or has happened.</summary>
    void Say(string line);

    /// <summary>Shows the network's state, in place of the one shown before.</summary>
    void Show(DemoSnapshot snapshot);

    /// <summary>Takes the live part of the view away, so that the report can follow.</summary>
    void Close();
}
