namespace Pond.Server.Nodes.Operator;

/// <summary>Where the operator's routes are mapped: each in the group of the least role that may call it.</summary>
public sealed class OperatorRoutes
{
    internal OperatorRoutes(IEndpointRouteBuilder routes)
    {
        View = Group(routes, OperatorRole.View);
        Operate = Group(routes, OperatorRole.Operate);
        Wallet = Group(routes, OperatorRole.Wallet);
        Ungrouped = routes;
    }

    /// <summary>What only shows.</summary>
    public IEndpointRouteBuilder View { get; }

    /// <summary>What starts, stops and sets.</summary>
    public IEndpointRouteBuilder Operate { get; }

    /// <summary>What moves money or hands out keys.</summary>
    public IEndpointRouteBuilder Wallet { get; }

    /// <summary>What nobody has given a role: it needs the highest.</summary>
    internal IEndpointRouteBuilder Ungrouped { get; }

    private static RouteGroupBuilder Group(IEndpointRouteBuilder routes, OperatorRole role) => routes.MapGroup("").WithMetadata(new LeastRole(role));

    /// <summary>What an endpoint carries to say who may call it.</summary>
    internal sealed record LeastRole(OperatorRole Role);
}
