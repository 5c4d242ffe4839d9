using Pond.Node.Money;
using Pond.Primitives;

namespace Pond.Server.Tests.Nodes.Money;

/// <summary>Sagas of the operator of a <see cref="MoneyWorld"/>.</summary>
internal static class Sagas
{
    internal static Saga Of(SagaKind kind, string id, Lamports amount) => new()
    {
        Id = id,
        Kind = kind,
        Steps = kind switch
        {
            SagaKind.Transfer => [new(SagaStepKind.Transfer) { To = MoneyWorld.Friend.PublicKey, Amount = amount }],
            SagaKind.Stake => [On(SagaStepKind.Stake, MoneyWorld.First, amount)],
            SagaKind.Unstake => [On(SagaStepKind.Leave, MoneyWorld.First)],
            SagaKind.Claim => [On(SagaStepKind.Claim, MoneyWorld.First)],
            SagaKind.Restake => [On(SagaStepKind.Restake, MoneyWorld.First)],
            _ => [On(SagaStepKind.Stake, MoneyWorld.Second, amount), On(SagaStepKind.Leave, MoneyWorld.First)],
        },
    };

    private static SagaStep On(SagaStepKind kind, Primitives.Cryptography.Keypair task, Lamports amount = default) => new(kind)
    {
        Task = task.PublicKey,
        StakingKey = MoneyWorld.StakingKey(task).PublicKey,
        Amount = amount,
        Address = kind is SagaStepKind.Stake or SagaStepKind.Restake ? "http://127.0.0.1:30017" : "",
    };
}
