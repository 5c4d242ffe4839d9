'use strict';
const http = require('http');

const [, , taskName, taskId, expressPort, , mainKey, secret] = process.argv;
const isLiar = process.env.LIE === '1';

// namespaceWrapper.js
function genericHandler(...args) {
  return new Promise((resolve) => {
    const body = JSON.stringify({ args, taskId, secret });
    const request = http.request({
      host: 'localhost', port: 8080, path: '/namespace-wrapper', method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    }, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => {
        if (answer.statusCode !== 200) {
          console.error(args[0], answer.statusCode, text);
          resolve(null);
        } else {
          resolve(JSON.parse(text).response);
        }
      });
    });
    request.on('error', (error) => { console.error(args[0], error.message); resolve(null); });
    request.end(body);
  });
}

async function submitterAccount() {
  const answer = await genericHandler('getSubmitterAccount');
  const secretKey = Uint8Array.from(Object.values(answer._keypair.secretKey));
  return { publicKey: base58(secretKey.slice(32)), keypair: answer };
}

// coreLogic.js
const coreLogic = {
  async task(round) {
    await genericHandler('storeSet', `work-${round}`, isLiar ? 'nonsense' : `work of round ${round}`);
  },

  async fetchSubmission(round) {
    return genericHandler('storeGet', `work-${round}`);
  },

  async submitTask(round) {
    console.log('SLOT', await genericHandler('getCurrentSlot'));
    const submission = await coreLogic.fetchSubmission(round);
    await genericHandler('checkSubmissionAndUpdateRound', submission, round);
  },

  async validateNode(value, round) {
    return (value === `work of round ${round}`) !== isLiar;
  },

  async auditTask(round) {
    const state = await genericHandler('getTaskState');
    const { publicKey, keypair } = await submitterAccount();
    const triggers = state.submissions_audit_trigger[round] ?? {};
    for (const [candidate, { submission_value }] of Object.entries(state.submissions[round] ?? {})) {
      if (candidate !== publicKey) {
        const isValid = await coreLogic.validateNode(submission_value, round);
        if (!isValid || triggers[candidate]) {
          await genericHandler('auditSubmission', candidate, isValid, keypair, round);
        }
      }
    }
  },

  async generateDistributionList(round) {
    const state = await genericHandler('getTaskState');
    const submitters = Object.keys(state.submissions[round] ?? {});
    const triggers = state.submissions_audit_trigger[round] ?? {};
    const votes = (key) => (triggers[key]?.votes ?? []).reduce((sum, vote) => sum + (vote.is_valid ? 1 : -1), 0);
    const approved = submitters.filter((key) => votes(key) >= 0);
    const reward = Math.floor(state.bounty_amount_per_round / approved.length);
    return Object.fromEntries(submitters.map((key) =>
      [key, approved.includes(key) ? reward : -Math.floor((state.stake_list[key] ?? 0) * 0.7)]));
  },

  async submitDistributionList(round) {
    const list = await coreLogic.generateDistributionList(round);
    if (Object.keys(list).length > 0) {
      const decider = await genericHandler('uploadDistributionList', list, round);
      console.log('DECIDER', decider);
      if (decider) {
        await genericHandler('distributionListSubmissionOnChain', round);
      }
    }
  },

  async auditDistribution(round) {
    // The defect: votes are looked up by the candidate's number, and there is none of that number.
    throw new TypeError(`Cannot read properties of undefined (reading 'votes') in round ${round}`);
  },
};

function base58(bytes) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; number > 0n; number /= 58n) {
    text = alphabet[Number(number % 58n)] + text;
  }
  const zeros = bytes.findIndex((value) => value !== 0);
  return '1'.repeat(zeros < 0 ? bytes.length : zeros) + text;
}

// index.js
async function setup() {
  console.log('RPC', await genericHandler('getRpcUrl'), taskName, mainKey);
  await genericHandler('defaultTaskSetup');
  process.on('message', (message) => {
    console.log('CHILD got message:', message);
    // Handlers are not awaited: phases overlap if they are slow.
    switch (message.functionCall) {
      case 'submitPayload': coreLogic.submitTask(message.roundNumber); break;
      case 'auditPayload': coreLogic.auditTask(message.roundNumber); break;
      case 'executeTask': coreLogic.task(message.roundNumber); break;
      case 'generateAndSubmitDistributionList': coreLogic.submitDistributionList(message.roundNumber); break;
      case 'distributionListAudit': coreLogic.auditDistribution(message.roundNumber); break;
    }
  });
}

http.createServer((request, response) => response.end('Hello World!'))
  .listen(expressPort, () => console.log(`${taskName} listening on port ${expressPort}`));
setup();
