using DocumentIndex;
using Pond.Sdk;

return await PondTaskHost.RunAsync<DocumentIndexTask>(args);
