using Pond.Sdk;
using Pond_Task1;

return await PondTaskHost.RunAsync<Pond_Task1Task>(args);
