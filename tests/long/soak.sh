# Thirty minutes at the rate that the ledger sustains: memory has to stay flat, and the slots on time. --count is for how many minutes.
build src/Pond.Cli/Pond.Cli.csproj cli "${settings[@]}" src samples
dotnet "$cli" bench soak --minutes "${POND_COUNT:-29}"
