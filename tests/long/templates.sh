# Every template but the scraper, deployed on three nodes of a local network until a round of each is paid.
dotnet_tests Pond.EndToEnd.Tests 'FullyQualifiedName~Every_other_template'
