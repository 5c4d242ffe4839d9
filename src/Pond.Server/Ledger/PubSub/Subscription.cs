namespace Pond.Server.Ledger.PubSub;

/// <summary>One subscription of one socket.</summary>
/// <param name="Id">Its id, which no other subscription of this ledger has or had.</param>
/// <param name="Topic">What it asks for.</param>
/// <param name="Connection">Who gets the notifications.</param>
internal sealed record Subscription(ulong Id, Topic Topic, PubSubConnection Connection);
