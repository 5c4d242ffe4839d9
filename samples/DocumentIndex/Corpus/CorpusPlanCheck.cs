namespace DocumentIndex;

/// <summary>The rules that a plan keeps. A node reads plans of strangers, so nothing in one is believed.</summary>
internal static class CorpusPlanCheck
{
    /// <summary>What is wrong with the plan, as the end of a sentence, or null.</summary>
    internal static string? FirstFault(CorpusPlan? plan) => plan switch
    {
        null => "it is null",
        { Version: not CorpusPlan.CurrentVersion } => $"its version is {plan.Version}, and this is version {CorpusPlan.CurrentVersion}",
        { Shards.IsEmpty: true } => "it has no shards",
        _ => FaultOfFiles(plan) ?? FaultOfShards(plan),
    };

    private static string? FaultOfFiles(CorpusPlan plan)
    {
        var previous = "";
        foreach (var file in plan.Files)
        {
            if (file is null || !CorpusFile.IsValidPath(file.Path) || string.CompareOrdinal(previous, file.Path) >= 0)
            {
                return $"the path after '{previous}' is not a relative path that sorts behind it";
            }

            if (file.SizeBytes is < 1 or > CorpusFile.MaxSizeBytes || file.Format is DocumentFormat.None)
            {
                return $"'{file.Path}' has {file.SizeBytes} bytes and the format {file.Format}";
            }

            previous = file.Path;
        }

        return null;
    }

    private static string? FaultOfShards(CorpusPlan plan)
    {
        var (lastFile, lastEnd) = (-1, 0L);
        var documents = 0L;
        for (var index = 0; index < plan.Shards.Length; index++)
        {
            var shard = plan.Shards[index];
            if (shard is null || shard.Slices.IsEmpty)
            {
                return $"shard {index} has no slices";
            }

            var (least, most) = (0L, 0L);
            foreach (var slice in shard.Slices)
            {
                var end = (long)slice.Offset + slice.Length;
                var isInOrder = slice.File > lastFile || (slice.File == lastFile && slice.Offset >= lastEnd);
                if (!isInOrder || slice.File >= plan.Files.Length || slice.Offset < 0 || slice.Length < 1
                    || end > plan.Files[slice.File].SizeBytes)
                {
                    return $"shard {index} has a slice outside its file or out of order: {slice}";
                }

                var file = plan.Files[slice.File];
                var isWhole = file.Format is not DocumentFormat.ApiMembers;
                if (isWhole && slice.Length != file.SizeBytes)
                {
                    return $"shard {index} has a part of '{file.Path}', which is one document";
                }

                least++;
                most += isWhole ? 1 : slice.Length / ApiMembers.MinBytes;
                (lastFile, lastEnd) = (slice.File, end);
            }

            if (shard.Documents < least || shard.Documents > most)
            {
                return $"shard {index} can't have {shard.Documents} documents";
            }

            documents += shard.Documents;
        }

        return documents > int.MaxValue ? "it has more than 2^31 documents" : null;
    }
}
