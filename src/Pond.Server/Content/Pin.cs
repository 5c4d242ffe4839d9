using Pond.Store;

namespace Pond.Server.Content;

/// <summary>Someone's wish that a root and everything below it stays.</summary>
/// <param name="Root">What stays.</param>
/// <param name="Name">Whose wish it is, or why, such as a task and a round; may be empty. One root may have several pins.</param>
public sealed record Pin(Cid Root, string Name);
