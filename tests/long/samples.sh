# Each sample on five nodes that are processes of their own, until ten rounds are paid and a lying leader's list was replaced; the document index by
# the demo, which slashes a cheater besides.
dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~SampleTests' || exit 1
build src/Pond.Cli/Pond.Cli.csproj cli "${settings[@]}" src samples templates
POND_HOME=$(mktemp -d) || exit 1
export POND_HOME
dotnet "$cli" demo --nodes 5 --cheaters 1 --rounds 10
status=$?
rm -rf "$POND_HOME"
exit $status
