using System.Runtime.InteropServices;
using Pond.Sdk;
using Pond.TestTask;

if (Environment.GetEnvironmentVariable("BEHAVIOUR") is "stubborn")
{
    // Ignores the end of its input and SIGTERM.
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
    Console.WriteLine("stubborn");
    new ManualResetEventSlim().Wait();
}

return Environment.GetEnvironmentVariable("BEHAVIOUR") is "routes"
    ? await PondTaskHost.RunAsync<RoutedTask>(args)
    : await PondTaskHost.RunAsync<ScriptedTask>(args);
