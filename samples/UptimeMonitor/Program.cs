using Pond.Sdk;
using UptimeMonitor;

return await PondTaskHost.RunAsync<UptimeMonitorTask>(args);
