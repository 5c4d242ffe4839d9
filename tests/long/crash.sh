# A ledger under load is killed 200 times, and every confirmed transaction is looked for after each.
export POND_COUNT=${POND_COUNT:-200}
dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~LedgerCrashTests.A_killed_ledger'
