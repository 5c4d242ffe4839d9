# Deployments and updates that are killed at each question they ask, before and after it is answered. --from and --count choose the moments.
dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~DeploymentKillTests'
