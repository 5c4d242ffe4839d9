# Other people's clients against our store and our ledger.
build tests/Pond.TestLedger/Pond.TestLedger.csproj testledger "${settings[@]}" src tests/Pond.TestLedger
npm_suite tests/clients
