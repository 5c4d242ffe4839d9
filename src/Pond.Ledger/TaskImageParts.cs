namespace Pond.Ledger;

/// <summary>Which maps of a task's image are wanted; the others are <c>{}</c>. The plain fields are always there.</summary>
[Flags]
public enum TaskImageParts
{
    /// <summary>No map.</summary>
    None = 0,

    /// <summary><c>submissions</c> and <c>submissions_audit_trigger</c>.</summary>
    Submissions = 1,

    /// <summary><c>distribution_rewards_submission</c>, <c>distributions_audit_trigger</c> and <c>distributions_audit_record</c>.</summary>
    Distributions = 2,

    /// <summary><c>available_balances</c>.</summary>
    Balances = 4,

    /// <summary><c>stake_list</c>.</summary>
    Stakes = 8,

    /// <summary><c>ip_address_list</c>, which only the whole account holds.</summary>
    Addresses = 16,

    /// <summary>Everything: what the account holds.</summary>
    All = Submissions | Distributions | Balances | Stakes | Addresses,
}
