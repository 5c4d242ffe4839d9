'use strict';
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');

const [, , TASK_NAME, TASK_ID, EXPRESS_PORT, , , SECRET_KEY, , , , TASK_NODE_PORT] = process.argv;
const isLiar = process.env.LIE === '1';

// namespace-wrapper
async function genericHandler(...args) {
  try {
    const answer = await fetch(`http://localhost:${TASK_NODE_PORT}/namespace-wrapper`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ args, taskId: TASK_ID, secret: SECRET_KEY }),
    });
    const body = await answer.json();
    if (answer.status === 200) {
      return body.response;
    }
    console.error(`Error in genericHandler: "${args[0]}"`, body);
    return { error: body };
  } catch (error) {
    return { error };
  }
}

const namespaceWrapper = {
  async storeSet(key, value) {
    fs.appendFileSync(this.path, `${JSON.stringify({ value: { key, [key]: value }, key })}\n`);
  },
  async storeGet(key) {
    if (!fs.existsSync(this.path)) {
      return null;
    }
    const records = fs.readFileSync(this.path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    return records.filter((record) => record.key === key).at(-1)?.value[key] ?? null;
  },
  async submissions(round) {
    const info = await genericHandler('getTaskSubmissionInfo', round);
    return 'error' in info ? {} : info.submissions[round] ?? {};
  },
  async triggers(round) {
    const info = await genericHandler('getTaskSubmissionInfo', round);
    return 'error' in info ? {} : info.submissions_audit_trigger[round] ?? {};
  },
  async me() {
    const account = await genericHandler('getSubmitterAccount');
    return base58(Uint8Array.from(Object.values(account._keypair.secretKey)).slice(32));
  },
  async nodeSelectionDistributionList(round) {
    const submissions = await this.submissions(round);
    let keys = Object.keys(submissions);
    for (const before of [round - 1, round - 2].filter((one) => one >= 0)) {
      const earlier = await this.submissions(before);
      keys = keys.filter((key) => key in earlier);
    }
    keys = keys.length > 0 ? keys : Object.keys(submissions);
    const info = await genericHandler('getTaskDistributionInfo', round);
    if (!('error' in info) && info.distributions_audit_record[round] === 'PayoutFailed') {
      keys = keys.filter((key) => !(key in (info.distribution_rewards_submission[round] ?? {})));
    }
    const score = (value) => [...crypto.createHash('sha256').update(JSON.stringify(value)).digest('hex')]
      .reduce((sum, character) => sum + character.charCodeAt(0), 0);
    const all = score(keys.map((key) => submissions[key]));
    let [best, selected] = [0, ''];
    for (const key of keys) {
      const distance = Math.abs(all - score({ [key]: submissions[key] }));
      if (distance > best) {
        [best, selected] = [distance, key];
      }
    }
    return selected;
  },
};

// The author's six functions
const task = {
  async setup() { console.log('CUSTOM SETUP'); },
  async task(round) { await namespaceWrapper.storeSet(`value-${round}`, isLiar ? 'nonsense' : `work of round ${round}`); },
  async submission(round) { return namespaceWrapper.storeGet(`value-${round}`); },
  async audit(value, round) { return (value === `work of round ${round}`) !== isLiar; },
  distribution(submitters, bounty) {
    const approved = submitters.filter(({ votes }) => votes >= 0);
    const reward = approved.length > 0 ? Math.floor(bounty / approved.length) : 0;
    return Object.fromEntries(submitters.map(({ publicKey, votes, stake }) =>
      [publicKey, votes >= 0 ? reward : -Math.floor(stake * 0.7)]));
  },
  routes() {
    return { '/value': async () => JSON.stringify({ round: await genericHandler('getRound'), files: fs.existsSync(namespaceWrapper.path) }) };
  },
};

// task-manager
const manager = {
  task: (round) => task.task(round),
  async submitTask(round) {
    console.log('SLOT', await genericHandler('getCurrentSlot'));
    const submission = await task.submission(round);
    if (typeof submission === 'string') {
      await genericHandler('checkSubmissionAndUpdateRound', submission, round);
    }
  },
  async auditTask(round) {
    const [submissions, triggers, me] = [await namespaceWrapper.submissions(round), await namespaceWrapper.triggers(round), await namespaceWrapper.me()];
    for (const [candidate, { submission_value }] of Object.entries(submissions)) {
      if (candidate !== me) {
        const isValid = await task.audit(submission_value, round, candidate);
        if (!isValid || triggers[candidate]) {
          await genericHandler('auditSubmission', candidate, isValid, round);
        }
      }
    }
  },
  async list(round) {
    const [submissions, triggers] = [await namespaceWrapper.submissions(round), await namespaceWrapper.triggers(round)];
    const state = await genericHandler('getTaskState', { is_stake_list_required: true });
    return task.distribution(Object.keys(submissions).map((publicKey) => ({
      publicKey,
      votes: triggers[publicKey] ? triggers[publicKey].votes.reduce((sum, vote) => sum + (vote.is_valid ? 1 : -1), 0) : 1,
      stake: state.stake_list[publicKey] ?? 0,
    })), state.bounty_amount_per_round, round);
  },
  async selectAndGenerateDistributionList(round) {
    const selected = await namespaceWrapper.nodeSelectionDistributionList(round);
    if (selected !== await namespaceWrapper.me()) {
      return;
    }
    const list = await manager.list(round);
    if (Object.keys(list).length > 0 && await genericHandler('uploadDistributionList', list, round)) {
      await genericHandler('distributionListSubmissionOnChain', round);
      const state = await genericHandler('getTaskState', {});
      const slotTime = await genericHandler('getAverageSlotTime');
      setTimeout(() => genericHandler('payloadTrigger', round), (state.audit_window + state.submission_window) * slotTime);
    }
  },
  async auditDistribution(round) {
    const info = await genericHandler('getTaskDistributionInfo', round);
    if ('error' in info) {
      return;
    }
    const me = await namespaceWrapper.me();
    for (const author of Object.keys(info.distribution_rewards_submission[round] ?? {})) {
      if (author !== me) {
        const [theirs, own] = [JSON.parse(await genericHandler('getDistributionList', author, round)), await manager.list(round)];
        const isValid = Object.keys(own).length === Object.keys(theirs).length && Object.entries(own).every(([key, value]) => theirs[key] === value);
        if (!isValid || info.distributions_audit_trigger[round]?.[author]) {
          await genericHandler('distributionListAuditSubmission', author, isValid, round);
        }
      }
    }
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

async function main() {
  console.log('SETTING UP EXPRESS');
  const routes = task.routes();
  routes['/taskState'] = async () => JSON.stringify({ taskState: await genericHandler('getTaskState', {
    is_stake_list_required: true, is_submission_required: true, is_distribution_required: true, is_available_balances_required: true,
  }) });
  routes['/echo'] = (request) => new Promise((resolve) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => resolve(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, length: body.length })));
  });
  http.createServer(async (request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Set-Cookie', 'tracker=1');
    const route = routes[request.url.split('?')[0]];
    response.statusCode = route || request.url === '/' ? 200 : 404;
    response.setHeader('Content-Type', 'application/json');
    response.end(route ? await route(request) : request.url === '/' ? '{"status":200,"message":"Running"}' : 'Cannot GET');
  }).on('upgrade', (request, socket) => {
    const accept = crypto.createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    // One text frame, "hello".
    socket.write(Buffer.from([0x81, 5, ...Buffer.from('hello')]));
  }).listen(EXPRESS_PORT, () => console.log(`${TASK_NAME} listening on port ${EXPRESS_PORT}`));

  namespaceWrapper.path = await genericHandler('getTaskLevelDBPath');
  console.log(await genericHandler('getRpcUrl'), 'RPC URL');
  await genericHandler('defaultTaskSetup');
  process.on('message', async (message) => {
    console.log('CHILD got message:', message);
    switch (message.functionCall) {
      case 'executeTask': await manager.task(message.roundNumber); break;
      case 'submitPayload': await manager.submitTask(message.roundNumber); break;
      case 'auditPayload': await manager.auditTask(message.roundNumber); break;
      case 'generateAndSubmitDistributionList': await manager.selectAndGenerateDistributionList(message.roundNumber, message.isPreviousRoundFailed); break;
      case 'distributionListAudit': await manager.auditDistribution(message.roundNumber, message.isPreviousRoundFailed); break;
    }
  });
  await task.setup();
  console.log('after custom setup');
}

main();
