using Pond.Contracts.Tasks;
using Pond.Primitives;

namespace Pond.Sdk.Hosting;

/// <summary>How to reach the node, from the environment.</summary>
internal sealed record ChannelSettings(string Socket, string Secret, Pubkey Task, Pubkey StakingKey, string Folder)
{
    /// <summary>Reads the settings and removes the secret, so that the task's own children don't inherit it.</summary>
    /// <returns>Null if no node has started this process.</returns>
    public static ChannelSettings? TakeFromEnvironment()
    {
        var socket = Environment.GetEnvironmentVariable(TaskChannel.SocketVariable);
        var secret = Environment.GetEnvironmentVariable(TaskChannel.SecretVariable);
        var folder = Environment.GetEnvironmentVariable(TaskChannel.FolderVariable);
        Environment.SetEnvironmentVariable(TaskChannel.SecretVariable, null);
        return socket is not null && secret is not null && folder is not null
            && Pubkey.TryParse(Environment.GetEnvironmentVariable(TaskChannel.TaskVariable), out var task)
            && Pubkey.TryParse(Environment.GetEnvironmentVariable(TaskChannel.StakingKeyVariable), out var stakingKey)
                ? new(socket, secret, task, stakingKey, folder)
                : null;
    }
}
