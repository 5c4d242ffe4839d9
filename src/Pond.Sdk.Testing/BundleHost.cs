using Pond.Sdk.Testing;

return await TaskBundle.RunAsync(AppContext.BaseDirectory, args);
