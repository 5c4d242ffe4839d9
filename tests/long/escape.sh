# The attacks on the box as an ordinary user, besides as root: a copy of the tests is run by a user that owns nothing. Whoever is no root runs them as
# himself.
build Pond.slnx tests "${settings[@]}" Pond.slnx src samples templates tests
filter='FullyQualifiedName~Tasks.Escape|FullyQualifiedName~TaskSandboxTests'
dotnet test "$artifacts/bin/Pond.Server.Tests/release/Pond.Server.Tests.dll" --filter "$filter" --logger "console;verbosity=normal" || exit 1
[ "$(id -u)" -eq 0 ] || exit 0
home=$(mktemp -d) || exit 1
mkdir -p "$home/artifacts/bin" "$home/tests"
cp -r "$artifacts/bin/Pond.Server.Tests" "$artifacts/bin/Pond.TestTask" "$home/artifacts/bin/"
cp -r "$here/tests/bundles" "$here/tests/Pond.TestTask" "$home/tests/"
chown -R 60999:60999 "$home"
say "pond: the same as the user 60999"
(cd "$home" && setpriv --reuid 60999 --regid 60999 --clear-groups env -i PATH="$PATH" HOME="$home" TMPDIR="$home" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    dotnet test "$home/artifacts/bin/Pond.Server.Tests/release/Pond.Server.Tests.dll" --filter "$filter" --logger "console;verbosity=normal")
status=$?
rm -rf "$home"
exit $status
