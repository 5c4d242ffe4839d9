namespace Pond.Server.Content.Rpc;

/// <summary>What a part of a body becomes.</summary>
internal enum RpcPartKind
{
    None = 0,
    File = 1,
    Directory = 2,
    Symlink = 3,
}
