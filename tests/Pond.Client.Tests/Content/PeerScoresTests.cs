using Pond.Client.Content;
using Pond.Testing;

namespace Pond.Client.Tests.Content;

public sealed class PeerScoresTests
{
    [Fact]
    public void A_liar_is_asked_last_for_hours_and_forgiven_after_days()
    {
        var time = new ManualTimeProvider();
        var scores = new PeerScores(time, TimeSpan.FromMinutes(5));
        Uri[] peers = [new("http://liar/"), new("http://dead/"), new("http://good/")];
        scores.PenaliseLie(peers[0]);
        for (var failure = 0; failure < 200; failure++)
        {
            scores.PenaliseFailure(peers[1]);
        }

        scores.Reward(peers[0]);
        Assert.Equal([peers[2], peers[1], peers[0]], scores.BestFirst(peers, busy: 0));
        time.Advance(TimeSpan.FromHours(8));
        Assert.Equal([peers[1], peers[2], peers[0]], scores.BestFirst(peers, busy: 0));
        time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(peers, scores.BestFirst(peers, busy: 0));
    }

    [Fact]
    public void Peers_that_are_equally_good_share_the_questions()
    {
        var scores = new PeerScores(new ManualTimeProvider(), TimeSpan.FromMinutes(5));
        Uri[] peers = [new("http://a/"), new("http://b/"), new("ftp://c/"), new("http://a/")];

        Assert.Equal([peers[0], peers[1]], scores.BestFirst(peers, busy: 0));
        Assert.Equal([peers[1], peers[0]], scores.BestFirst(peers, busy: 1));
        Assert.Equal([peers[0], peers[1]], scores.BestFirst(peers, busy: 2));
    }
}
