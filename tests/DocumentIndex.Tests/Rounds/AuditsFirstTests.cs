namespace DocumentIndex.Tests.Rounds;

public sealed class AuditsFirstTests
{
    [Fact]
    public async Task Work_waits_until_the_last_audit_has_ended()
    {
        var gate = new AuditsFirst();
        await gate.WaitAsync(CancellationToken.None);
        var first = gate.Begin();
        var second = gate.Begin();

        var work = gate.WaitAsync(CancellationToken.None);
        first.Dispose();
        first.Dispose();
        Assert.False(work.IsCompleted);
        second.Dispose();

        await work;
        await gate.WaitAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        var gate = new AuditsFirst();
        using var audit = gate.Begin();
        using var stopping = new CancellationTokenSource();
        var work = gate.WaitAsync(stopping.Token);

        await stopping.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
    }
}
