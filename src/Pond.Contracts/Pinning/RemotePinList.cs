namespace Pond.Contracts.Pinning;

/// <summary>An answer with several wishes (IPFS Pinning Service API, <c>PinResults</c>).</summary>
/// <param name="Count">How many there are in all.</param>
/// <param name="Results">The newest of them, as many as were asked for.</param>
public sealed record RemotePinList(int Count, IReadOnlyList<RemotePinStatus> Results);
