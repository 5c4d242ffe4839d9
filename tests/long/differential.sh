# Random transactions run here and in LiteSVM, and both must say the same. --from is the first world, --count how many transactions;
# POND_RECORD is a file for the outcomes.
npm_packages tests/differential
build tests/Pond.Differential/Pond.Differential.csproj differential "${settings[@]}" src tests/Pond.Differential tests/Pond.Testing
dotnet "$artifacts/bin/Pond.Differential/release/Pond.Differential.dll" "$here/tests/differential" ${POND_RECORD:+--record "$POND_RECORD"}
