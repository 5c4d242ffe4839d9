using Pond.Primitives;

namespace Pond.Store.Dag;

/// <summary>Running a walk over a local store.</summary>
public static class DagWalks
{
    /// <summary>Supplies blocks until none is needed.</summary>
    /// <returns><paramref name="walk"/> itself.</returns>
    /// <exception cref="PondException"><c>block-missing</c>, or what <see cref="IDagWalk.Supply"/> throws.</exception>
    public static TWalk Run<TWalk>(this TWalk walk, IBlockStore store)
        where TWalk : IDagWalk
    {
        while (walk.Needed is { } cid)
        {
            walk.Supply(store.Read(cid));
        }

        return walk;
    }
}
