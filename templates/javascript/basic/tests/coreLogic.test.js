const test = require('node:test');
const assert = require('node:assert');
const CoreLogic = require('../src/coreLogic');
const compute = require('../src/work');
const encode = require('../src/base58');

const key = (number) => encode(new Uint8Array(32).fill(number));

/** A node in memory: what it was asked is remembered, what it knows is the test's. */
function fakeNode(answers) {
  const calls = [];
  const store = new Map();
  const call = async (method, ...args) => {
    calls.push([method, ...args]);
    if (method === 'storeSet') return void store.set(args[0], args[1]);
    if (method === 'storeGet') return store.get(args[0]) ?? null;
    if (method === 'getSubmitterAccount') return { _keypair: { publicKey: { ...new Array(32).fill(1) } } };
    return answers[method];
  };
  return { call, calls };
}

/** Known to be bad: it looks at the form of a submission and not at the work, so cheaters pass. */
class FlawedLogic extends CoreLogic {
  validateNode(submission) {
    return /^[0-9a-f]{64}$/.test(submission);
  }
}

const round = 3;
const cheat = '0'.repeat(64);
const submissions = {
  [key(1)]: { submission_value: compute(key(1), round), slot: 1, round },
  [key(2)]: { submission_value: compute(key(2), round), slot: 1, round },
  [key(3)]: { submission_value: cheat, slot: 1, round },
};
const info = { submissions: { [round]: submissions }, submissions_audit_trigger: { [round]: {} } };

test('what was worked is submitted, also after a restart', async () => {
  const node = fakeNode({});
  await new CoreLogic(node.call).task(round);
  await new CoreLogic(node.call).submitTask(round);
  assert.deepStrictEqual(node.calls.at(-1), ['checkSubmissionAndUpdateRound', compute(key(1), round), round]);
});

test('a cheater is accused, and nobody else', async () => {
  const node = fakeNode({ getTaskSubmissionInfo: info });
  await new CoreLogic(node.call).auditTask(round);
  assert.deepStrictEqual(node.calls.filter(([method]) => method === 'auditSubmission'), [['auditSubmission', key(3), false, round]]);
});

test('the flawed audit lets the cheater pass', async () => {
  const node = fakeNode({ getTaskSubmissionInfo: info });
  await new FlawedLogic(node.call).auditTask(round);
  assert.deepStrictEqual(node.calls.filter(([method]) => method === 'auditSubmission'), []);
});

test('the bounty is split among those whom nobody convicted', async () => {
  const triggered = { ...info, submissions_audit_trigger: { [round]: { [key(3)]: { trigger_by: key(1), slot: 2, votes: [] } } } };
  const node = fakeNode({ getTaskSubmissionInfo: triggered, getTaskState: { bounty_amount_per_round: 1001 }, uploadDistributionList: true });
  await new CoreLogic(node.call).submitDistributionList(round);
  assert.deepStrictEqual(node.calls.at(-2), ['uploadDistributionList', { [key(1)]: 500, [key(2)]: 500 }, round]);
  assert.deepStrictEqual(node.calls.at(-1), ['distributionListSubmissionOnChain', round]);
});
