using System.Security.Cryptography;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;

namespace Pond.Primitives.Tests.Instructions;

public sealed class ProgramAddressTests
{
    [Theory]
    [InlineData("Koiitask22222222222222222222222222222222222", "AeHCRTPxCvpAWWvo6Arv21v5PXtXyDmWKAKfHLppyKUU")]
    [InlineData("KPLTRVs6jA7QTthuJH2cEmyCEskFbSV2xpZw46cganN", "85pwxmwDnxqnQBe9xs7L9ipKeFVMfDSNLjxFeTc65662")]
    public void The_managers_accounts_are_those_of_koii(string program, string expected)
    {
        var (address, bump) = ProgramAddress.Find([System.Text.Encoding.UTF8.GetBytes("manager")], Pubkey.Parse(program));

        Assert.Equal((expected, (byte)255), (address.ToString(), bump));
        Assert.False(Ed25519.IsOnCurve(address));
    }

    [Fact]
    public void A_token_pots_authority_is_that_of_koii()
    {
        var seed = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(ProgramIds.DummyTaskPot.ToString()));

        Assert.Equal("f1964ce11bb7d525cfc0d5edd8513348d9cb6c067608e005646bc55d6abfe657", Convert.ToHexStringLower(seed));
        Assert.Equal(
            (Pubkey.Parse("vtoKGDvfYvi4R5ARr7pNKnVbmsdS6TM9qe6BBrDNhw5"), (byte)255),
            ProgramAddress.Find([seed], ProgramIds.TokenTask));
    }

    [Fact]
    public void An_address_with_a_seed_is_that_of_other_clients() => Assert.Equal(
        "CH7PxYU9k1TpTiojG3MyvKevsYjHyEm1W3L2eAKiYNwF",
        ProgramAddress.WithSeed(Pubkey.Parse("AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9"), "hello", default).ToString());

    [Fact]
    public void A_seed_has_at_most_32_bytes()
    {
        Assert.True(ProgramAddress.TryWithSeed(default, new string('x', 32), default, out _));
        Assert.Throws<ArgumentException>(() => ProgramAddress.WithSeed(default, new string('x', 33), default));
    }

    [Fact]
    public void Every_pot_that_is_found_is_one_and_lies_on_the_curve()
    {
        var counter = 0UL;
        for (var index = 0; index < 20; index++)
        {
            var pot = ProgramAddress.FindStakePot(() => SHA256.HashData(BitConverter.GetBytes(counter++)));

            Assert.StartsWith("stakepotaccount", pot.ToString(), StringComparison.Ordinal);
            Assert.Equal(43, pot.ToString().Length);
            Assert.True(ProgramAddress.IsStakePot(pot));
            Assert.True(Ed25519.IsOnCurve(pot));
        }
    }

    [Fact]
    public void Known_pots_are_pots_and_other_keys_are_not()
    {
        Assert.True(ProgramAddress.IsStakePot(ProgramIds.DummyTaskPot));
        Assert.False(ProgramAddress.IsStakePot(ProgramIds.DummyTask));
        Assert.False(ProgramAddress.IsStakePot(default));
    }

    [Fact]
    public void The_task_program_has_koiis_bytes() => Assert.Equal(
        "04d147c1b483c00b49e43672fdfeb0855edd3098a93f6b02a6f5d09047dc11f7", ProgramIds.Task.Bytes.ToString());
}
