using Pond.Server.Tasks.JavaScript;

namespace Pond.Server.Nodes.Routes;

/// <summary>What a boxed bundle finds at its door besides the namespace: its node's public face, and the other nodes of its task.</summary>
/// <remarks>A bundle asks other nodes by local addresses (<see cref="PeerAddresses"/>); which one it means, the host of its request says.</remarks>
internal sealed class BoxedFace(NodeFace face, TaskRoutes routes, TaskBroker broker, PeerAddresses peers)
{
    /// <summary>Maps the routes of <see cref="NodeFace"/>, with local addresses in the registry, and <c>/task/{id}/...</c>.</summary>
    internal void MapTo(IEndpointRouteBuilder builder)
    {
        face.MapTo(builder, peers.InRegistry);
        builder.Map("/task/{id}/{**rest}", (RequestDelegate)(context =>
            peers.Find(context.Request.Host.Host) is { } registered ? broker.ForwardAsync(context, registered) : routes.HandleAsync(context)));
    }
}
