using System.Net;

namespace Pond.Simulation.Nodes;

/// <content>What the node's task answers to requests of its peers.</content>
internal sealed partial class SimulatedNode
{
    /// <summary>Has the node's task answer a request.</summary>
    internal Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request });
}
