using System.Net;
using System.Text;

namespace Pond.Simulation.Network;

/// <summary>A web for tasks that read one: every address has a page, which says the same whoever reads it.</summary>
public static class SimulatedWeb
{
    /// <summary>Answers a request with a page about its address.</summary>
    public static HttpResponseMessage Answer(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = WebUtility.HtmlEncode(request.RequestUri?.AbsoluteUri ?? "");
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent(
                $"<!doctype html><html><title>Simulated page</title><body><p>This is the simulated page at {address}.</p></body></html>", Encoding.UTF8, "text/html"),
        };
    }
}
