using DocumentIndex.Cheater;
using Pond.Sdk;

return await PondTaskHost.RunAsync<CheatingDocumentIndexTask>(args);
