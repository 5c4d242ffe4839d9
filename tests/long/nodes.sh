# 200 rounds on fast slots while nodes, tasks and the ledger are killed, in slices of 50 with a seed of their own that can be taken up again.
from=${POND_FROM:-0}
last=$((from + ${POND_COUNT:-200}))
while [ "$from" -lt "$last" ]; do
    slice=$((last - from < 50 ? last - from : 50))
    say "pond: $slice rounds with seed $from; go on later with: ./pond test --long nodes --from $from --count $((last - from))"
    POND_FROM=$from POND_COUNT=$slice dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~NodeSoakTests' || exit 1
    from=$((from + slice))
done
