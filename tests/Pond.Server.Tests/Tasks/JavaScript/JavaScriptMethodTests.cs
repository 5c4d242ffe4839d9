using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Client.Ledger;
using Pond.Contracts.Json;
using Pond.Primitives;
using Pond.Primitives.Encoding;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Tasks.JavaScript;

/// <summary>Every method as a bundle sees it: a real Node.js process calls a real endpoint, and prints what it gets.</summary>
public sealed class JavaScriptMethodTests
{
    private static readonly Pubkey Candidate = FakeTaskServices.KeyOf("candidate");

    [Fact]
    public async Task Every_method_answers_in_the_originals_shape()
    {
        var services = new FakeJavaScriptServices { Author = FakeTaskServices.KeyOf("nobody") };
        services.Author = services.StakingKey;
        // Key order and escapes as a ledger may have them: clients hash this text.
        const string Submissions = """{"submissions":{"7":{"z":{"submission_value":"\u00fc","slot":1,"round":7},"a":{}}},"submissions_audit_trigger":{"7":{}}}""";
        services.SubmissionTexts[new(7)] = Submissions;
        services.DistributionTexts[new(5)] = """{"distributions_audit_record":{"5":"PayoutSuccessful"}}""";
        services.Lists[Candidate] = """{"b":1,"a":2}""";
        var (main, task) = (services.MainKey, services.Task);
        var keypair = $$$$"""{"_keypair":{"publicKey":{{{{Indexed(services.SubmitterAccount, 32, 32)}}}},"secretKey":{{{{Indexed(services.SubmitterAccount, 0, 64)}}}}}}""";
        var statement = Base58.Encode([.. Sign(services, """{"a":"ü"}"""), .. Encoding.UTF8.GetBytes("""{"a":"ü"}""")]);
        var spent = services.SignStatement("spent"u8);

        (string Call, string Answer)[] table =
        [
            ("""["defaultTaskSetup"]""", "200 {}"),
            ("""["getSubmitterAccount"]""", $$"""200 {"response":{{keypair}}}"""),
            ("""["getSubmitterAccount","KPL"]""", $$"""200 {"response":{{keypair}}}"""),
            ("""["signData",{"a":"ü"}]""", $$"""200 {"response":"{{statement}}"}"""),
            ($"""["verifySignedData","{statement}","{main}"]""", """200 {"response":{"data":"{\"a\":\"ü\"}"}}"""),
            ($"""["verifySignedData","{statement}","{task}"]""", """200 {"response":{"error":"Empty payload"}}"""),
            ("""["verifySignedData","0OIl","nokey"]""", """200 {"response":{"error":"Empty payload"}}"""),
            ("""["signArweave",{}]""", """422 {"message":"The namespace has no method 'signArweave'"}"""),
            ("""["signEth",{}]""", """422 {"message":"The namespace has no method 'signEth'"}"""),

            ("""["getTaskState"]""", $$"""200 {"response":{{services.StateText}}}"""),
            ("""["getTaskState",null]""", $$"""200 {"response":{{services.StateText}}}"""),
            ("""["getTaskState",{}]""", $$"""200 {"response":{{services.StateText}}}"""),
            ("""["getTaskState",{"is_stake_list_required":true,"is_submission_required":true}]""", $$"""200 {"response":{{services.StateText}}}"""),
            ($$"""["getTaskStateById","{{task}}",{"is_distribution_required":true,"is_available_balances_required":true},"KOII"]""", $$"""200 {"response":{{services.StateText}}}"""),
            ($$"""["getTaskStateById","{{Candidate}}",null,null]""", $$"""422 {"message":"There is no task {{Candidate}}"}"""),
            ("""["getTaskSubmissionInfo",7]""", $$"""200 {"response":{{Submissions}}}"""),
            ("""["getTaskSubmissionInfo",7,true]""", $$"""200 {"response":{{Submissions}}}"""),
            ("""["getTaskSubmissionInfo",8]""", """422 {"message":"Task does not have any submissions in round 8"}"""),
            ("""["getTaskDistributionInfo",5]""", """200 {"response":{"distributions_audit_record":{"5":"PayoutSuccessful"}}}"""),
            ("""["getTaskDistributionInfo",6,true]""", """422 {"message":"Task does not have any distributions in round 6"}"""),
            ("""["getCurrentSlot"]""", """200 {"response":1234}"""),
            ("""["getRound"]""", """200 {"response":2}"""),
            ("""["getAverageSlotTime"]""", """200 {"response":50}"""),
            ("""["getTaskNodeVersion"]""", """200 {"response":"1.12.36"}"""),
            ("""["getRpcUrl"]""", """200 {"response":"http://127.0.0.1:8899"}"""),
            ("""["getProgramAccounts"]""", """200 {"response":[]}"""),
            ("""["checkVoteStatus"]""", """422 {"message":"The namespace has no method 'checkVoteStatus'"}"""),

            ("""["checkSubmissionAndUpdateRound","value of 7",7]""", "200 {}"),
            ("""["checkSubmissionAndUpdateRound","value of the round before"]""", "200 {}"),
            ($"""["checkSubmissionAndUpdateRound","{new string('x', 513)}",9]""", "200 {}"),
            ($"""["auditSubmission","{Candidate}",false,7]""", "200 {}"),
            ($$$$"""["auditSubmission","{{{{main}}}}",true,{"_keypair":{"secretKey":{}}},7]""", "200 {}"),
            ("""["auditSubmission","nokey",true,7]""", """422 {"message":"Argument 1 of 'auditSubmission' must be a key in base58."}"""),
            ("""["uploadDistributionList",{"b":1,"a":2},5]""", """200 {"response":true}"""),
            ("""["distributionListSubmissionOnChain",5]""", "200 {}"),
            ($"""["getDistributionList","{Candidate}",5]""", """200 {"response":"{\"b\":1,\"a\":2}"}"""),
            ($"""["getDistributionList","{main}",5]""", $$"""422 {"message":"{{main}} has no distribution list for round 5"}"""),
            ($"""["distributionListAuditSubmission","{Candidate}",false,5]""", "200 {}"),
            ($$$$"""["distributionListAuditSubmission","{{{{main}}}}",true,{"_keypair":{}},5]""", "200 {}"),
            ("""["payloadTrigger"]""", "200 {}"),
            ("""["payloadTrigger",5]""", "200 {}"),
            ("""["nodeSelectionDistributionList"]""", $$"""200 {"response":"{{services.StakingKey}}"}"""),
            ("""["nodeSelectionDistributionList",5]""", $$"""200 {"response":"{{services.StakingKey}}"}"""),

            ($$"""["stakeOnChain","{{task}}",{},"pot",7]""", $$"""200 {"response":"{{spent}}"}"""),
            ($$"""["stakeOnChain","{{main}}",{},"pot",7]""", """422 {"message":"The node does not let this task do that. It stakes on its own task only."}"""),
            ($$"""["claimReward","pot","{{main}}",{}]""", $$"""200 {"response":"{{spent}}"}"""),
            ($$"""["claimReward","pot","{{Candidate}}",{}]""", """422 {"message":"The node does not let this task do that. What it earns goes to the operator only."}"""),
            ($"""["sendTransaction","{main}","{Candidate}",5]""", $$"""200 {"response":"{{spent}}"}"""),
            ($"""["sendTransaction","{Candidate}","{main}",5]""", """422 {"message":"The node does not let this task do that. It sends from the operator's main key only."}"""),
            ("""["sendAndConfirmTransactionWrapper",{"type":"Buffer","data":[]},[]]""", """422 {"message":"The namespace has no method 'sendAndConfirmTransactionWrapper'"}"""),

            ("""["getTaskLevelDBPath"]""", """200 {"response":"FOLDER/KOIIDB"}"""),
            ("""["getBasePath"]""", """200 {"response":"FOLDER"}"""),
            ("""["storeGet","k"]""", """200 {"response":null}"""),
            ("""["storeSet","k",{"any":[1,"x"]}]""", "200 {}"),
            ("""["storeGet","k"]""", """200 {"response":{"any":[1,"x"]}}"""),
            ("""["fs","writeFile","a.txt","text"]""", "200 {}"),
            ("""["fs","appendFile","/a.txt"," more","utf8"]""", "200 {}"),
            ("""["fs","readFile","./a.txt","utf8"]""", """200 {"response":"text more"}"""),
            ("""["fs","readFile","a.txt",{"encoding":"base64"}]""", """200 {"response":"dGV4dCBtb3Jl"}"""),
            ("""["fs","writeFile","b",{"type":"Buffer","data":[0,255]}]""", "200 {}"),
            ("""["fs","readFile","b"]""", """200 {"response":{"type":"Buffer","data":[0,255]}}"""),
            ("""["fsReadStream","b"]""", """200 {"response":{"type":"Buffer","data":[0,255]}}"""),
            ("""["fs","readFile","none"]""", """422 {"message":"ENOENT: no such file or directory, open 'FOLDER/none'"}"""),
            ("""["fs","mkdir","d/e",{"recursive":true}]""", """200 {"response":"FOLDER/d"}"""),
            ("""["fs","mkdir","d/e",{"recursive":true}]""", "200 {}"),
            ("""["fs","mkdir","d"]""", """422 {"message":"EEXIST: file already exists, mkdir 'FOLDER/d'"}"""),
            ("""["fs","copyFile","a.txt","FOLDER/d/c.txt"]""", "200 {}"),
            ("""["fs","readdir","d"]""", """200 {"response":["c.txt","e"]}"""),
            ("""["fs","rename","d/c.txt","FOLDER/d/e/f.txt"]""", "200 {}"),
            ("""["fs","cp","d","FOLDER/g",{"recursive":true}]""", "200 {}"),
            ("""["fs","readdir","g",{"recursive":true}]""", """200 {"response":["e","e/f.txt"]}"""),
            ("""["fs","access","g/e/f.txt"]""", "200 {}"),
            ("""["fs","access","g/none"]""", """422 {"message":"ENOENT: no such file or directory, access 'FOLDER/g/none'"}"""),
            ("""["fs","realpath","g/./e/../e"]""", """200 {"response":"FOLDER/g/e"}"""),
            ("""["fs","truncate","b",1]""", "200 {}"),
            ("""["fs","utimes","b",1,1700000000]""", "200 {}"),
            ("""["fs","rmdir","g"]""", """422 {"message":"ENOTEMPTY: directory not empty, rmdir 'FOLDER/g'"}"""),
            ("""["fs","rm","g",{"recursive":true}]""", "200 {}"),
            ("""["fs","rm","g",{"force":true}]""", "200 {}"),
            ("""["fs","unlink","b"]""", "200 {}"),
            ("""["fs","unlink","b"]""", """422 {"message":"ENOENT: no such file or directory, unlink 'FOLDER/b'"}"""),
            ("""["fs","readFile","../other/secret"]""", """422 {"message":"The path '../other/secret' leaves the task's folder."}"""),
            ("""["fs","copyFile","a.txt","../stolen"]""", """422 {"message":"The path '../stolen' leaves the task's folder."}"""),
            ("""["fs","symlink","/etc","x"]""", """422 {"message":"fs.promises.symlink is not a function"}"""),
            ("""["fsStaking","readFile","../staking_wallet.json"]""", """422 {"message":"The path '../staking_wallet.json' leaves the task's folder."}"""),
            ("""["fsWriteStream","w"]""", """200 {"response":{}}"""),
            ("""["fs","readFile","w","utf8"]""", """200 {"response":""}"""),
            ("""["logger","warn","low disk","buy"]""", """200 {"response":true}"""),
            ("""["logger","shout","x","y"]""", """200 {"response":false}"""),
            ("""["getNodes","http://127.0.0.1:30017"]""", """200 {"response":[{"data":{"url":"http://127.0.0.1:1"}}]}"""),
            ("""["toString"]""", """422 {"message":"The namespace has no method 'toString'"}"""),
            ("""["constructor"]""", """422 {"message":"The namespace has no method 'constructor'"}"""),
        ];

        await using var run = await CallAsync(services, [.. table.Select(row => row.Call)]);

        var answers = run.Lines.Where(line => char.IsAsciiDigit(line[0])).Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).ToList();
        Assert.Equal(
            table.Select(row => $"{row.Call} -> {row.Answer.Replace("FOLDER", run.Folder, StringComparison.Ordinal)}"),
            table.Zip(answers, (row, answer) => $"{row.Call} -> {answer}"),
            StringComparer.Ordinal);
        Assert.Equal("value of 7", services.Submissions[new(7)]);
        Assert.Equal("value of the round before", services.Submissions[new(1)]);
        Assert.Equal(2, services.Submissions.Count);
        Assert.Equal((Verdict.Invalid, Verdict.Valid), (services.Verdicts[Candidate], services.Verdicts[main]));
        Assert.Equal((Verdict.Invalid, Verdict.Valid), (services.ListVerdicts[Candidate], services.ListVerdicts[main]));
        Assert.Equal("""{"b":1,"a":2}""", services.SubmittedLists[new(5)]);
        Assert.Equal(["stake 7", "claim", $"5 to {Candidate}"], services.Spending, StringComparer.Ordinal);
        Assert.Equal(
            [TaskParts.All, TaskParts.All, TaskParts.None, TaskParts.Stakes | TaskParts.Submissions, TaskParts.Distributions | TaskParts.Balances, TaskParts.All],
            services.AskedParts);
        Assert.Contains(new TaskOutput(TaskOutputSource.Notice, "warn: low disk"), run.Outputs);
        Assert.Contains(run.Outputs, output => output.Source is TaskOutputSource.Notice && output.Text.StartsWith("error: Argument 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_is_not_chosen_uploads_nothing()
    {
        var services = new FakeJavaScriptServices { Author = Candidate };

        await using var run = await CallAsync(services, ["""["uploadDistributionList",{"a":1},5]""", """["nodeSelectionDistributionList",5]"""]);

        Assert.Contains("""0: 200 {"response":false}""", run.Lines, StringComparer.Ordinal);
        Assert.Contains($$"""1: 200 {"response":"{{Candidate}}"}""", run.Lines, StringComparer.Ordinal);
        Assert.Empty(services.SubmittedLists);
    }

    [Fact]
    public async Task The_status_of_a_file_has_numbers_and_dates()
    {
        await using var run = await CallAsync(
            new FakeJavaScriptServices(),
            ["""["fs","writeFile","f","12345"]""", """["fs","utimes","f",1600000000,1700000000.5]""", """["fs","stat","f"]""", """["fs","lstat","."]"""]);

        var file = JsonNode.Parse(run.Lines.Single(line => line.StartsWith("2: ", StringComparison.Ordinal))["2: 200 ".Length..])!["response"]!;
        Assert.Equal(5, (int)file["size"]!);
        Assert.Equal(1_700_000_000_500, (double)file["mtimeMs"]!);
        Assert.Equal("2023-11-14T22:13:20.500Z", (string?)file["mtime"]);
        Assert.Equal("2020-09-13T12:26:40.000Z", (string?)file["atime"]);
        Assert.Equal(0x8000, (int)file["mode"]! & 0xF000);
        var folder = JsonNode.Parse(run.Lines.Single(line => line.StartsWith("3: ", StringComparison.Ordinal))["3: 200 ".Length..])!["response"]!;
        Assert.Equal(0x4000, (int)folder["mode"]! & 0xF000);
    }

    private static async Task<TaskRun> CallAsync(FakeJavaScriptServices services, string[] calls)
    {
        // The folder's name is known only when it is made, so it is put into the calls on the way.
        var run = await TaskRun.StartAsync(
            bundle: Bundles.Of("every-method"),
            services: services,
            fillIn: (folder, value) => value.Replace("FOLDER", folder, StringComparison.Ordinal),
            variables: ("CALLS", $"[{string.Join(',', calls)}]"));
        try
        {
            Assert.Equal(new PhaseOutcome(true, null), await run.CallAsync(TaskPhase.Execute, 3));
            await run.Process.DisposeAsync();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    private static byte[] Sign(FakeJavaScriptServices services, string text)
    {
        var signature = new byte[Signature.SizeBytes];
        services.SignStatement(Encoding.UTF8.GetBytes(text)).CopyTo(signature);
        return signature;
    }

    private static string Indexed(Pond.Primitives.Cryptography.Keypair keypair, int start, int count) => JsonSerializer.Serialize(
        JsonSerializer.Deserialize<int[]>(keypair.ToKeyFile())!.Skip(start).Take(count)
            .Select((value, index) => (index, value)).ToDictionary(pair => $"{pair.index}", pair => pair.value, StringComparer.Ordinal),
        PondJson.Options);
}
