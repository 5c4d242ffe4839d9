using Pond.Primitives.Cryptography;
using static Pond.Testing.ByteText;

namespace Pond.Primitives.Tests;

public sealed class VrfTests
{
    // RFC 9381, appendix B.3, examples 16, 17 and 18.
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "",
        "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
        "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "72",
        "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
        "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "af82",
        "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
        "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f")]
    public void Proofs_and_outputs_are_those_of_the_specification(string seed, string input, string proof, string output)
    {
        var keypair = Keypair.FromSeed(Hex(seed));

        var made = keypair.Prove(Hex(input));

        Assert.Equal(Hex(proof), made.ToArray());
        Assert.Equal(Hex(output), made.ToOutput());
        Assert.True(Vrf.Verify(keypair.PublicKey, Hex(input), made, out var verified));
        Assert.Equal(Hex(output), verified);
    }

    [Fact]
    public void A_proof_holds_for_no_other_key_input_or_bytes()
    {
        var keypair = Keypair.FromSeed(new byte[32]);
        var other = Keypair.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
        var proof = keypair.Prove([1, 2, 3]);

        Assert.False(Vrf.Verify(other.PublicKey, [1, 2, 3], proof, out _));
        Assert.False(Vrf.Verify(keypair.PublicKey, [1, 2, 4], proof, out _));
        for (var index = 0; index < VrfProof.SizeBytes; index++)
        {
            var bytes = proof.ToArray();
            bytes[index] ^= 1;
            Assert.False(Vrf.Verify(keypair.PublicKey, [1, 2, 3], new VrfProof(bytes), out var output));
            Assert.Empty(output);
        }
    }
}
