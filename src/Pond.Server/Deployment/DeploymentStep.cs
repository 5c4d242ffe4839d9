namespace Pond.Server.Deployment;

/// <summary>How far a deployment has come. Each step is on disk, on the store or on the ledger when it is told.</summary>
public enum DeploymentStep
{
    /// <summary>Keys and CIDs are chosen and on disk.</summary>
    Planned = 0,

    /// <summary>The bundle is in the store, and was read back.</summary>
    BundleUploaded = 1,

    /// <summary>The metadata is in the store, and was read back.</summary>
    MetadataUploaded = 2,

    /// <summary>The ledger shows the task.</summary>
    Created = 3,

    /// <summary>The program that is being developed is where the local network's nodes look for it.</summary>
    Linked = 4,

    /// <summary>The ledger shows the task active.</summary>
    Activated = 5,

    /// <summary>The task's key file is written, and nothing is left to do.</summary>
    Done = 6,
}
