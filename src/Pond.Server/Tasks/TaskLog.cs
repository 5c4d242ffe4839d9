using System.Globalization;
using System.Text;

namespace Pond.Server.Tasks;

/// <summary>A task's <c>task.log</c>: the newest lines, in a file of bounded size.</summary>
/// <remarks>
/// Thread-safe. The folder belongs to the task, which may put a link in the log's place. So the file is opened
/// once, before the task runs, and everything later goes through that handle.
/// </remarks>
internal sealed class TaskLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private readonly int _maxBytes;
    private readonly TimeProvider _timeProvider;
    private bool _isDisposed;

    public TaskLog(string folder, int maxBytes, TimeProvider timeProvider)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 8 * TaskLines.MaxLineLength);
        var file = new FileInfo(Path.Combine(folder, "task.log"));
        if (file.LinkTarget is not null)
        {
            file.Delete();
        }

        _file = new(file.FullName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _maxBytes = maxBytes;
        _timeProvider = timeProvider;
    }

    /// <summary>Appends a line with its time.</summary>
    public void Write(TaskOutput output)
    {
        var time = _timeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var source = output.Source switch
        {
            TaskOutputSource.Output => "",
            TaskOutputSource.Error => "error: ",
            _ => "notice: ",
        };
        var bytes = Encoding.UTF8.GetBytes($"[{time}] {source}{output.Text}\n");
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_file.Length + bytes.Length > _maxBytes)
            {
                KeepNewerHalf();
            }

            _file.Seek(0, SeekOrigin.End);
            _file.Write(bytes);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _file.Dispose();
        }
    }

    private void KeepNewerHalf()
    {
        // The task may have made its own file huge, or empty again; only what the bound allows is read.
        var length = _file.Length;
        var kept = new byte[Math.Min(_maxBytes / 2, length)];
        _file.Seek(length - kept.Length, SeekOrigin.Begin);
        var count = _file.ReadAtLeast(kept, kept.Length, throwOnEndOfStream: false);
        var start = kept.AsSpan(0, count).IndexOf((byte)'\n') + 1;
        _file.SetLength(0);
        _file.Seek(0, SeekOrigin.Begin);
        _file.Write(kept, start, count - start);
    }
}
