# 100,000 random lives of tasks, half of them on each processor, in slices of 25,000 that can be taken up again. A slice is one process: the
# code gets fast only after the first thousands.
from=${POND_FROM:-0}
last=$((from + ${POND_COUNT:-100000}))
while [ "$from" -lt "$last" ]; do
    slice=$((last - from < 25000 ? last - from : 25000))
    say "pond: random lives from seed $from, $slice of them; go on later with: ./pond test --long tasks --from $from --count $((last - from))"
    POND_FROM=$from POND_COUNT=$slice dotnet_tests Pond.Ledger.Tests 'FullyQualifiedName~No_sequence_of_instructions' || exit 1
    from=$((from + slice))
done
