using System.Text;
using Pond.Store.Dag;

namespace Pond.Store.UnixFs;

/// <summary>Makes symbolic links.</summary>
public static class SymlinkBuilder
{
    /// <summary>Writes a link. The target is not looked at: it is text to whoever reads it.</summary>
    /// <exception cref="ArgumentException">A setting of the profile is outside of its range.</exception>
    public static AddedContent Add(string target, IBlockStore store, UnixFsProfile profile)
    {
        UnixFsProfile.Validate(profile);
        var message = new UnixFsData { Type = UnixFsType.Symlink, Data = Encoding.UTF8.GetBytes(target) };
        var block = Block.Create(profile.CidVersion, Multicodec.DagPb, new PbNode([], message.Encode()).Encode());
        store.Put(block);
        return new(block.Cid, 0, (ulong)block.Data.Length);
    }
}
