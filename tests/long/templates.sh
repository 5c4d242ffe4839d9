# Every template, from an empty folder to the results of its first paid round on five nodes of a local network, about a minute each;
# and all of them by 'dotnet new'. --from and --count choose among the seven.
dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~Every_template_is_deployed' &&
    dotnet_tests Pond.Templates.Tests 'FullyQualifiedName~DotnetNewTests'
