# A million strange inputs for each parser, the vectors of a gigabyte, and fifty kills while a store adds and collects.
# --from and --count choose the inputs.
export POND_COUNT=${POND_COUNT:-1000000} POND_LONG=1
dotnet_tests Pond.Store.Tests 'FullyQualifiedName~FuzzTests|FullyQualifiedName~FileBuilderTests' &&
    POND_COUNT=50 dotnet_tests Pond.Server.Tests 'FullyQualifiedName~Content.CrashTests'
