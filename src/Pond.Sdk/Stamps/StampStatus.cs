namespace Pond.Sdk.Stamps;

/// <summary>What a verification of a stamped exchange found: the first of these that is so, in this order.</summary>
public enum StampStatus
{
    /// <summary>Nobody has looked; never an outcome.</summary>
    None = 0,

    /// <summary>The stamp does not fit this question and this answer, or another key made it: forged, replayed or swapped.</summary>
    StampForged = 1,

    /// <summary>The receipt does not fit the stamp, or another key made it.</summary>
    ReceiptForged = 2,

    /// <summary>The slots are in no possible order: asked, answered, received.</summary>
    OutOfOrder = 3,

    /// <summary>It was not asked and received within the slots that are judged.</summary>
    OutsideWindow = 4,

    /// <summary>The same question was seen before: one answer counts once.</summary>
    Repeated = 5,

    /// <summary>The ledger has no block for a slot that the exchange names, or has it no longer: nothing can be said.</summary>
    BlockUnknown = 6,

    /// <summary>The ledger's block of a slot that the exchange names has another hash.</summary>
    BlockWrong = 7,

    /// <summary>Everything holds.</summary>
    Valid = 8,
}
