namespace Pond.Server.Ledger;

/// <summary>When slots pass.</summary>
public enum MiningMode
{
    /// <summary>With time, busy or idle.</summary>
    Interval = 0,

    /// <summary>As soon as a transaction has landed, and when they are asked to. Only for a local network: an idle ledger stands still,
    /// and block times follow the slots and not the world.</summary>
    OnDemand = 1,
}
