using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Transactions;

namespace Pond.Node.Money;

/// <summary>What a shell does next for a saga.</summary>
public abstract record SagaMove
{
    private SagaMove()
    {
    }

    /// <summary>Nothing has changed: look again later.</summary>
    public sealed record Wait : SagaMove;

    /// <summary>Write the saga down.</summary>
    /// <param name="Next">As it is now.</param>
    public sealed record Save(Saga Next) : SagaMove;

    /// <summary>Try the step out unsigned; if it would be taken, sign it, write it down, and only then send it.</summary>
    /// <param name="Instructions">The step.</param>
    /// <param name="StakingKey">Who signs besides the main key, which pays; null for nobody.</param>
    public sealed record Sign(ImmutableArray<Instruction> Instructions, Pubkey? StakingKey) : SagaMove;

    /// <summary>Send the transaction that is under way, once more if it was sent before.</summary>
    /// <param name="Attempt">The transaction.</param>
    public sealed record Send(Attempt Attempt) : SagaMove;
}
