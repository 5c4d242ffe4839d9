# 10,000 random System, nonce and token transactions, in our ledger and in LiteSVM.
need_node
build tests/Pond.Differential/Pond.Differential.csproj differential "${settings[@]}" src tests/Pond.Differential
(cd "$here/tests/differential" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) &&
    dotnet "$artifacts/bin/Pond.Differential/release/Pond.Differential.dll" "$here/tests/differential" --from "${POND_FROM:-0}" --transactions "${POND_COUNT:-10000}"
