using LyingLeader;
using Pond.Sdk;

// The sample that it plays comes from the node's environment file, which is the task's as well.
return Environment.GetEnvironmentVariable("LIE_IN") switch
{
    "documents" => await PondTaskHost.RunAsync<LyingDocumentIndex>(args),
    "uptime" => await PondTaskHost.RunAsync<LyingUptimeMonitor>(args),
    _ => await PondTaskHost.RunAsync<LyingKeyValueStore>(args),
};
