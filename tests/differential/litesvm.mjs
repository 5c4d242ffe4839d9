// Runs transactions in LiteSVM: reads commands as JSON lines, answers each with a JSON line.
//
//   {"do":"reset","program":"classic","accounts":[{address, lamports, owner, data}]}   a new, empty ledger with these accounts
//   {"do":"seal"}                                                                       another blockhash, as after a block
//   {"do":"run","transaction":"<base64>","addresses":[...]}                            runs, answers what became of those addresses
//
// K2 runs the classic SPL Token program. LiteSVM 1.5 comes with its successor (p-token), which logs less; the classic one is taken out
// of an older LiteSVM. "program":"bundled" leaves the successor in place.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { getTransactionDecoder } from '@solana/kit';
import { LiteSVM } from 'litesvm';

const require = createRequire(import.meta.url);
const token = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const loader = 'BPFLoader2111111111111111111111111111111111';
let classic;

function classicProgram() {
  if (!classic) {
    const { LiteSVM: Older } = require('litesvm-classic');
    const { PublicKey } = createRequire(require.resolve('litesvm-classic'))('@solana/web3.js');
    classic = new Older().getAccount(new PublicKey(token)).data;
  }

  return classic;
}

let svm;

const commands = {
  reset,
  run,
  seal() {
    svm.expireBlockhash();
    return {};
  },
};

function reset({ program, accounts }) {
  // Signatures and blockhashes are not what is compared here, and a world's transactions are all different.
  svm = new LiteSVM().withSigverify(false).withBlockhashCheck(false).withTransactionHistory(0n);
  if (program === 'classic') {
    svm.addProgramWithLoader(token, classicProgram(), loader);
  }

  for (const { address, lamports, owner, data } of accounts) {
    const bytes = Buffer.from(data, 'base64');
    svm.setAccount({
      address,
      lamports: BigInt(lamports),
      programAddress: owner,
      data: new Uint8Array(bytes),
      executable: false,
      space: BigInt(bytes.length),
    });
  }

  return {};
}

function run({ transaction, addresses }) {
  const result = svm.sendTransaction(getTransactionDecoder().decode(Buffer.from(transaction, 'base64')));
  const failed = typeof result.err === 'function';
  const meta = failed ? result.meta() : result;
  const returned = meta.returnData()?.data() ?? [];
  return {
    // The debug form of the error, such as InstructionError(0, Custom(1)).
    error: failed ? /err: (.*?), meta: /.exec(result.toString())[1] : null,
    logs: meta.logs(),
    inner: meta.innerInstructions().map(calls => calls.map(call => ({
      program: call.instruction().programIdIndex(),
      accounts: [...call.instruction().accounts()],
      data: Buffer.from(call.instruction().data()).toString('base64'),
      height: call.stackHeight(),
    }))),
    returned: Buffer.from(returned).toString('base64'),
    accounts: addresses.map(address => {
      const account = svm.getAccount(address);
      return account.exists && account.lamports > 0n
        ? { lamports: account.lamports.toString(), owner: account.programAddress, data: Buffer.from(account.data).toString('base64') }
        : null;
    }),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(commands[command.do](command))}\n`);
}
