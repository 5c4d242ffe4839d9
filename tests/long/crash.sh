# A ledger under load is killed 200 times, and every confirmed transaction is looked for after each; in slices of 50 that can be taken up again.
from=${POND_FROM:-0}
last=$((from + ${POND_COUNT:-200}))
while [ "$from" -lt "$last" ]; do
    slice=$((last - from < 50 ? last - from : 50))
    say "pond: kills from $from, $slice of them; go on later with: ./pond test --long crash --from $from --count $((last - from))"
    POND_FROM=$from POND_COUNT=$slice dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~LedgerCrashTests.A_killed_ledger' || exit 1
    from=$((from + slice))
done
