'use strict';
// A hostile task: each attack is a function that returns or throws. One that returns has succeeded, and says what it got.
// TARGETS are the test's baits: things that are really there on the host, so that a failure means something.
const fs = require('node:fs');
const net = require('node:net');
const dgram = require('node:dgram');
const dns = require('node:dns/promises');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');

const targets = JSON.parse(process.env.TARGETS);
const [, , , taskId, , , mainKey, secret, ledger, , , nodePort] = process.argv;
const door = `http://127.0.0.1:${nodePort}`;

const connect = (options) => new Promise((resolve, reject) => {
  const socket = net.connect({ timeout: 2000, ...options }, () => { socket.destroy(); resolve(`connected to ${JSON.stringify(options)}`); });
  socket.on('error', reject).on('timeout', () => { socket.destroy(); reject(new Error('no answer')); });
});
const run = (program, ...args) => {
  const result = spawnSync(program, args, { encoding: 'utf8', timeout: 10000 });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`exit ${result.status}: ${result.stderr.trim().split('\n').pop()}`);
  return result.stdout.trim() || 'it ran';
};
const refuse = (message) => { throw new Error(message); };
const post = async (url, body, headers = {}) => {
  const answer = await fetch(url, {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(10000),
  });
  const text = await answer.text();
  if (answer.status !== 200) refuse(`${answer.status} ${text.slice(0, 100)}`);
  return text;
};
const call = (...args) => post(`${door}/namespace-wrapper`, { args, taskId, secret });
const ask = async (...call) => {
  const answer = await post(ledger, ...call);
  for (const one of [JSON.parse(answer)].flat()) if (one.error) refuse(one.error.message);
  return answer;
};
// A fresh folder in which a link leads out.
const linkTo = (target) => {
  const folder = fs.mkdtempSync('link-');
  fs.symlinkSync(target, path.join(folder, 'out'));
  return `${folder}/out`;
};

const attacks = {
  // Files and keys.
  'read a file of the host': () => fs.readFileSync(targets.file, 'utf8'),
  'read the node key': () => fs.readFileSync(targets.key, 'utf8'),
  'read the password hashes': () => fs.readFileSync('/etc/shadow', 'utf8'),
  'list the home of root': () => fs.readdirSync('/root').join(),
  'read another task\'s folder': () => fs.readdirSync(targets.otherFolder).join(),
  'read the host through a link': () => fs.readFileSync(linkTo(targets.file), 'utf8'),
  'read the host through its first process': () => fs.readFileSync(`/proc/1/root${targets.file}`, 'utf8'),
  'write the bundle': () => fs.writeFileSync('/bundle/main.js', ''),
  'write the door': () => fs.writeFileSync('/run/pond/channel.cjs', ''),
  'write the system': () => fs.writeFileSync('/usr/bin/planted', ''),
  'write the root folder': () => fs.writeFileSync('/planted', ''),
  'write the user database': () => fs.appendFileSync('/etc/passwd', 'root::0:0::/:/bin/sh\n'),
  'link a file of the system into the folder': () => fs.linkSync('/usr/bin/env', 'env'),
  'make a device': () => run('mknod', 'disk', 'b', '8', '0'),
  'read the memory of the machine': () => fs.readFileSync('/dev/mem'),
  'set what the kernel runs on a crash': () => fs.writeFileSync('/proc/sys/kernel/core_pattern', '|/task/x'),
  'write the cgroups': () => fs.mkdirSync('/sys/fs/cgroup/planted'),
  // Rights and processes.
  'become root': () => process.setuid(0),
  'have capabilities': () => /CapEff:\s+0+$/m.test(fs.readFileSync('/proc/self/status', 'utf8')) ? refuse('none') : 'some',
  'gain rights by running a program': () => /NoNewPrivs:\s+1$/m.test(fs.readFileSync('/proc/self/status', 'utf8')) ? refuse('no new privileges') : 'could',
  'make a user namespace': () => run('unshare', '--user', '--map-root-user', 'true'),
  'make a network namespace': () => run('unshare', '--net', 'true'),
  'mount memory': () => run('mount', '-t', 'tmpfs', 'none', '/task'),
  'unmount the folder': () => run('umount', '/task'),
  'enter the namespaces of the first process': () => run('nsenter', '--target', '1', '--mount', 'true'),
  'change the root': () => run('/usr/sbin/chroot', '/task', '/bin/true'),
  'see the processes of the host': () => fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length > 8 ? 'many' : refuse('only its own'),
  'signal the node': () => process.kill(targets.process, 0),
  'find the node\'s secret in an environment': () => {
    const all = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((id) => {
      try { return fs.readFileSync(`/proc/${id}/environ`, 'utf8'); } catch { return ''; }
    }).join('') + JSON.stringify({ ...process.env, TARGETS: '' });
    return all.includes('POND_BAIT=') ? 'found' : refuse('nowhere');
  },
  'start more processes than allowed': async () => {
    const started = [];
    let refused = 0;
    for (let count = 0; count < targets.processes; count++) {
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      child.on('error', () => { refused++; });
      started.push(child);
    }
    await new Promise((done) => setTimeout(done, 200));
    started.forEach((child) => child.kill('SIGKILL'));
    return refused === 0 ? `${started.length} started` : refuse(`${refused} of ${started.length} refused`);
  },
  'fill the memory of the temporary folder': () => { for (let count = 0; count < 80; count++) fs.appendFileSync('/tmp/filler', Buffer.alloc(1 << 20)); },
  'make a file of a terabyte': () => fs.truncateSync(fs.writeFileSync('huge', '') ?? 'huge', 2 ** 40),
  'open more files than allowed': () => { const open = []; try { for (let count = 0; count < 6000; count++) open.push(fs.openSync('/dev/null')); } finally { open.forEach((file) => fs.closeSync(file)); } },
  // The network.
  'connect to a service of the host': () => connect({ host: '127.0.0.1', port: targets.port }),
  'connect to it by IPv6': () => connect({ host: '::1', port: targets.port }),
  'connect to it by its own address': () => connect({ host: targets.address, port: targets.port }),
  'connect to it by a child': () => run('bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${targets.port}`),
  'connect to an abstract socket of the host': () => connect({ path: `\0${targets.abstractSocket}` }),
  'connect to another task\'s socket': () => connect({ path: targets.otherSocket }),
  'connect to 10.0.0.0/8': () => connect({ host: '10.0.0.1', port: 80 }),
  'connect to 172.16.0.0/12': () => connect({ host: '172.16.0.1', port: 80 }),
  'connect to 192.168.0.0/16': () => connect({ host: '192.168.0.1', port: 80 }),
  'connect to a carrier\'s range': () => connect({ host: '100.64.0.1', port: 80 }),
  'connect to the cloud\'s metadata': () => connect({ host: '169.254.169.254', port: 80 }),
  'connect to the metadata by a child': () => run('bash', '-c', 'exec 3<>/dev/tcp/169.254.169.254/80'),
  'connect to the internet': () => connect({ host: '1.1.1.1', port: 443 }),
  'ask the name service': () => dns.resolve4('example.com'),
  'send a datagram out': () => new Promise((resolve, reject) => dgram.createSocket('udp4').send('x', 53, '1.1.1.1', (error) => error ? reject(error) : resolve('sent'))),
  // The node.
  'call with a forged secret': () => post(`${door}/namespace-wrapper`, { args: ['getRound'], taskId, secret: 'f'.repeat(64) }),
  'call without a secret': () => post(`${door}/namespace-wrapper`, { args: ['getRound'], taskId }),
  'call with a list as the secret': () => post(`${door}/namespace-wrapper`, { args: ['getRound'], taskId, secret: [secret] }),
  'call for another task': () => post(`${door}/namespace-wrapper`, { args: ['getRound'], taskId: mainKey, secret }),
  'send an oversize body': () => post(`${door}/namespace-wrapper`, JSON.stringify({ args: ['storeSet', 'x', 'y'.repeat(60 << 20)], taskId, secret })),
  'nest JSON until the reader breaks': () => post(`${door}/namespace-wrapper`, `{"args":${'['.repeat(100000)}${']'.repeat(100000)}}`),
  'call the constructor': () => call('constructor'),
  'call a prototype\'s method': () => call('__proto__'),
  'call a method that is an object': () => call({ toString: 'getRound' }),
  'read above the folder by the node': () => call('fs', 'readFile', '../../../../../etc/passwd'),
  'read a path of the host by the node': () => call('fs', 'readFile', `../../..${targets.file}`),
  'read through a link by the node': () => call('fs', 'readFile', linkTo(targets.file)),
  'write through a link by the node': () => call('fs', 'writeFile', linkTo(targets.file), 'overwritten'),
  'copy out by the node': () => call('fs', 'copyFile', linkTo('/etc/hostname'), '../../stolen'),
  'move out by the node': () => (fs.writeFileSync('mine', ''), call('fs', 'rename', 'mine', '../../stolen')),
  'hide the way out behind a zero': () => call('fs', 'readFile', 'mine\0/../../../etc/passwd'),
  'read the keys of all tasks by the node': () => call('fsStaking', 'readFile', '../id.json'),
  'list the host by the node': () => call('fs', 'readdir', linkTo('/')),
  'remove the host by the node': () => call('fs', 'rm', `${linkTo(path.dirname(targets.file))}/${path.basename(targets.file)}`),
  'call a file method that is none': () => call('fs', 'constructor', 'x'),
  'claim for somebody else': () => call('claimReward', 'pot', taskId, 'me'),
  'send from a key that is not the operator\'s': () => call('sendTransaction', taskId, taskId, 1),
  'stake on another task': () => call('stakeOnChain', mainKey, taskId, taskId, 1),
  'have a transaction sent': () => call('sendAndConfirmTransactionWrapper', 'AQ==', []),
  'have a foreign chain\'s message signed': () => call('signEth', 'message'),
  'have the main key\'s secret': async () => JSON.parse(await call('getSubmitterAccount')).response.publicKey === mainKey ? 'it is the main key' : refuse('its own staking key'),
  'have a transaction signed as data': async () => {
    // What is signed is the JSON text: its first byte is the number of signatures that a transaction would have, and 34 don't fit into one.
    const text = Buffer.from([1, ...Buffer.alloc(64), 1, 0, 1]).toString('latin1');
    const answer = JSON.parse(await call('signData', text)).response;
    return /^[1-9A-HJ-NP-Za-km-z]+$/.test(answer) ? refuse('signed as text in quotes') : 'raw';
  },
  'have an endless text signed': () => call('signData', 'x'.repeat(9000)),
  'send a transaction to the ledger': () => ask({ jsonrpc: '2.0', id: 1, method: 'sendTransaction', params: ['AQ=='] }),
  'have the faucet pay': () => ask({ jsonrpc: '2.0', id: 1, method: 'requestAirdrop', params: [taskId, 1e9] }),
  'hide a transaction in a batch': () => ask([{ jsonrpc: '2.0', id: 1, method: 'getSlot' }, { jsonrpc: '2.0', id: 2, method: 'sendTransaction', params: ['AQ=='] }]),
  'name two methods': () => ask('{"jsonrpc":"2.0","id":1,"method":"getSlot","method":"sendTransaction","params":["AQ=="]}'),
  'name a method that only looks like a question': () => ask({ jsonrpc: '2.0', id: 1, method: 'get sendTransaction' }),
};

process.on('message', async ({ functionCall }) => {
  if (functionCall !== 'executeTask') {
    return;
  }
  for (const [name, attack] of Object.entries(attacks)) {
    try {
      const got = await attack();
      console.log(`attack ${name}: SUCCEEDED: ${String(got).slice(0, 200).replaceAll('\n', ' ')}`);
    } catch (error) {
      console.log(`attack ${name}: failed: ${String(error.code ?? '')} ${String(error.cause?.message ?? error.message).slice(0, 200).replaceAll('\n', ' ')}`);
    }
  }
  console.log('attacks over');
});
