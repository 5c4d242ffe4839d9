# Bytes of strangers, a million of each kind: transactions, bodies of requests, WebSocket frames. --from and --count choose the inputs.
export POND_COUNT=${POND_COUNT:-1000000}
dotnet_tests Pond.Primitives.Tests 'FullyQualifiedName~TransactionFuzzTests' &&
    dotnet_tests Pond.Ledger.Tests 'FullyQualifiedName~SystemSequenceTests' &&
    dotnet_tests Pond.Server.Tests 'FullyQualifiedName~RpcFuzzTests|FullyQualifiedName~PubSubFuzzTests'
