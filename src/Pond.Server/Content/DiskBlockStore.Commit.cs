using Pond.Primitives;
using Pond.Store;

namespace Pond.Server.Content;

public sealed partial class DiskBlockStore
{
    /// <summary>How often blocks that had been put were lost because the disk did not take them.</summary>
    internal long LostCommits { get; private set; }

    /// <summary>Waits until all blocks that were put survive a power cut.</summary>
    /// <exception cref="PondException"><c>disk-full</c> or <c>disk-failed</c>: blocks put since the last sync are lost.</exception>
    public void Flush()
    {
        // One at a time: a folder that another flush has taken on is not safe before that one is done.
        lock (_commitGate)
        {
            Commit();
            _files.SyncFolders();
        }
    }

    private bool TryEnqueue(Multihash hash, Pending pending, long commitsBefore)
    {
        lock (_gate)
        {
            // It was looked for before; only a commit since then can have stored it.
            if (_pending.ContainsKey(hash) || (_commits != commitsBefore && FindSize(hash) is not null))
            {
                return false;
            }

            _pending.Add(hash, pending);
            _pendingBytes += pending.SizeBytes;
            _pendingSmallBytes += pending.Data?.Length ?? 0;
            return true;
        }
    }

    private bool IsCommitDue(Multihash hash)
    {
        lock (_gate)
        {
            return _pending.Count >= _options.MaxPendingBlocks
                || _pendingBytes >= _options.MaxPendingBytes
                || _pendingSmallBytes >= _options.MaxPendingSmallBytes
                || (_holds == 0 && _pending.ContainsKey(hash));
        }
    }

    // Whoever comes while another commits waits for it, and then finds his blocks done or commits them with all that have
    // come meanwhile: any number of writers wait for two syncs at most.
    private void Commit()
    {
        lock (_commitGate)
        {
            KeyValuePair<Multihash, Pending>[] batch;
            lock (_gate)
            {
                batch = [.. _pending];
            }

            if (batch.Length == 0)
            {
                return;
            }

            try
            {
                CommitFiles([.. batch.Where(block => block.Value.TemporaryPath is not null)]);
                CommitSmall([.. batch.Where(block => block.Value.Data is not null)]);
            }
            catch
            {
                // After a failed sync nobody knows which bytes the disk has, and a second sync would not tell.
                Drop(batch);
                throw;
            }
        }
    }

    private void CommitFiles(KeyValuePair<Multihash, Pending>[] batch)
    {
        _files.Sync([.. batch.Select(block => block.Value.TemporaryPath!)]);
        foreach (var (hash, pending) in batch)
        {
            _files.CreateFolder(hash);
            lock (_gate)
            {
                _files.Publish(hash, pending.TemporaryPath!);
                _commits++;
                _pending.Remove(hash);
                Forget(pending);
            }
        }
    }

    private void CommitSmall(KeyValuePair<Multihash, Pending>[] batch)
    {
        if (batch.Length == 0)
        {
            return;
        }

        var refused = InsertSmall(batch);
        foreach (var (hash, pending) in batch.Where(block => refused.Contains(block.Key)))
        {
            var temporary = _files.Prepare(hash, pending.Data);
            _files.Sync([temporary]);
            _files.CreateFolder(hash);
            _files.Publish(hash, temporary);
        }

        lock (_gate)
        {
            _commits++;
            foreach (var (hash, pending) in batch)
            {
                _pending.Remove(hash);
                Forget(pending);
            }
        }
    }

    private HashSet<Multihash> InsertSmall(KeyValuePair<Multihash, Pending>[] batch)
    {
        try
        {
            return _small.Insert(batch.Select(block => KeyValuePair.Create(block.Key, block.Value.Data!)));
        }
        catch (PondException damage) when (damage.Code is "database-damaged")
        {
            return [.. batch.Select(block => block.Key)];
        }
    }

    private void Drop(KeyValuePair<Multihash, Pending>[] batch)
    {
        lock (_gate)
        {
            LostCommits++;
            foreach (var (hash, pending) in batch)
            {
                // Those that were published before the failure are no longer pending.
                if (_pending.GetValueOrDefault(hash) == pending)
                {
                    _pending.Remove(hash);
                    Forget(pending);
                    Account(-pending.SizeBytes);
                    DurableFiles.TryDelete(pending.TemporaryPath);
                }
            }
        }
    }

    private void Forget(Pending pending)
    {
        _pendingBytes -= pending.SizeBytes;
        _pendingSmallBytes -= pending.Data?.Length ?? 0;
    }

    /// <summary>A block that waits for the next commit: a large one in a file, a small one in memory.</summary>
    private sealed class Pending(string? temporaryPath, byte[]? data, int sizeBytes)
    {
        internal string? TemporaryPath { get; } = temporaryPath;

        internal byte[]? Data { get; } = data;

        internal int SizeBytes { get; } = sizeBytes;
    }
}
