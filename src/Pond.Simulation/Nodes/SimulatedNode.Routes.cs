using System.Net;
using Pond.Simulation.Time;

namespace Pond.Simulation.Nodes;

/// <content>What the node's task answers to requests of its peers.</content>
internal sealed partial class SimulatedNode
{
    /// <summary>Has the node's task answer a request of another node's.</summary>
    /// <param name="request">The request.</param>
    internal Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        if (!_isReady || _made?.Routes is not { } routes)
        {
            return Task.FromResult(new HttpResponseMessage(_isReady ? HttpStatusCode.NotFound : HttpStatusCode.BadGateway) { RequestMessage = request });
        }

        var answered = new TaskCompletionSource<HttpResponseMessage>();
        HttpResponseMessage? answer = null;
        var waiting = TaskCall.Running;
        waiting?.Waits(1);
        Lane.Start(
            async () => answer = await routes.AnswerAsync(request),
            error =>
            {
                // Back to the asker by the network, and so by the clock: nothing of his runs in this node's code.
                var result = error is null ? answer! : new HttpResponseMessage(HttpStatusCode.BadGateway) { RequestMessage = request };
                _world.Clock.After(_world.Network.Latency(Number), () =>
                {
                    waiting?.Waits(-1);
                    answered.SetResult(result);
                });
            });
        return answered.Task;
    }
}
