# Ten thousand seeds of the small scenario mix, in slices: --from and --count choose the seeds. A seed that fails is printed with its scenario; add it
# to tests/Pond.Simulation.Tests/Corpus/seeds.txt, which the normal suite replays.
export POND_COUNT=${POND_COUNT:-10000}
dotnet_tests Pond.Simulation.Tests 'FullyQualifiedName~SeedTests'
