# Other people's clients against our store and our ledger.
npm_suite tests/clients
