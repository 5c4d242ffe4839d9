'use strict';
// Loaded before a task's bundle by "node --require". It stands in for the message channel of a forked child, without changing
// anything that the bundle can see: process.argv, the environment and the module cache are as the original node makes them.
const fs = require('node:fs');
const net = require('node:net');
const readline = require('node:readline');
const { isMainThread } = require('node:worker_threads');

// {door: {path} or {port, host}, doors: one for each port of "localhost" that leads to one, isBoxed, isOffline, service: the node's own host,
// routes: a socket's name, routesPort}
const settings = JSON.parse(fs.readFileSync(`${__dirname}/channel.json`, 'utf8'));
const [taskId, secret] = [process.argv[3], process.argv[7]];

// What the bundle starts in its turn has no channel.
const preload = process.execArgv.indexOf('--require');
process.execArgv.splice(preload, 2);

// Calls to the node: whatever port a bundle of its generation has for it, they end at a door.
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const list = Array.isArray(args[0]) ? args[0] : args;
  const target = list[0];
  const outside = typeof target === 'number' ? list[1] : target?.host;
  if (settings.isOffline && typeof outside === 'string' && !target.path && !isOwn(outside)) {
    process.nextTick(() => this.destroy(refusal(outside)));
    return this;
  }
  if (target !== null && typeof target === 'object' && !target.path && Object.hasOwn(settings.doors, target.port) && isOwn(target.host)) {
    const { port, host, ...rest } = target;
    list[0] = { ...rest, ...settings.doors[port] };
  }
  return connect.apply(this, args);
};

// A box has no network, and what Node says of that names neither the cause nor the cure.
function refusal(host) {
  const error = new Error(`connect ${host}: this task runs in a box without a network. Its node's operator can let it out: pond node run --web, if `
    + `its metadata asks for the internet; or, if he trusts it, without a box: pond node run --unboxed ${taskId}`);
  error.code = 'ENETUNREACH';
  if (!refusal.isTold) {
    refusal.isTold = true;
    process.stderr.write(`${error.message}\n`);
  }
  return error;
}

// Other nodes have addresses of the loopback in a box; elsewhere they are their own.
function isOwn(host) {
  return host === undefined || host === 'localhost' || host === '127.0.0.1' || host === '::1'
    || (settings.isBoxed && (host === settings.service || /^127\.\d+\.\d+\.\d+$/.test(host)));
}

// The same doors for whatever else runs in the box: programs that the bundle starts, and native code.
function openDoors() {
  for (const [port, door] of Object.entries(settings.doors)) {
    for (const host of ['0.0.0.0', '::1']) {
      const inner = net.createServer((near) => join(near, connect.call(new net.Socket(), door)));
      inner.on('error', () => {});
      inner.listen({ port: Number(port), host, ipv6Only: true });
      inner.unref();
    }
  }
}

function join(near, far) {
  for (const [from, to] of [[near, far], [far, near]]) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}

// Calls from the node to the task's own routes: from a socket in the task's folder to the port on which the bundle listens.
function openRoutes() {
  fs.rmSync(settings.routes, { force: true });
  const server = net.createServer((outside) => join(outside, connect.call(new net.Socket(), { port: settings.routesPort, host: '127.0.0.1' })));
  server.on('error', () => {});
  server.listen(settings.routes);
  server.unref();
}

// Phases: a line each. They wait until the bundle listens, as Node keeps the messages of a fork.
const waiting = [];
function readPhases() {
  readline.createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.functionCall === 'cancelPhase' || message.functionCall === 'ping') {
      // Neither is a bundle's business: that somebody answers shows that its loop still turns.
      report(message.id, message.functionCall === 'ping' ? null : 'It was given up.');
      return;
    }
    waiting.push(message);
    flush();
  }).on('close', () => process.exit(0));
  process.on('newListener', (name) => {
    if (name === 'message') {
      setImmediate(flush);
    }
  });
}

function flush() {
  while (waiting.length > 0 && process.listenerCount('message') > 0) {
    deliver(waiting.shift());
  }
}

function deliver({ id, functionCall, roundNumber, isPreviousRoundFailed }) {
  const message = { functionCall, roundNumber };
  if (functionCall === 'generateAndSubmitDistributionList' || functionCall === 'distributionListAudit') {
    message.isPreviousRoundFailed = isPreviousRoundFailed;
  }
  // As emit does it, but with what the listeners return: most promise to end when the phase's work has.
  const ends = process.rawListeners('message').map((listener) => Reflect.apply(listener, process, [message, undefined]));
  Promise.all(ends).then(() => report(id), (error) => {
    report(id, String(error?.message ?? error));
    // Nobody has handled it, as without us: Node ends the process.
    Promise.reject(error);
  });
}

function report(id, error = null) {
  const body = JSON.stringify({ args: ['phaseCompleted', id, error], taskId, secret });
  const socket = connect.call(new net.Socket(), settings.door);
  socket.on('error', () => {});
  // Not ended: a server takes the end for somebody who has gone away, and Connection: close ends it when the answer is here.
  socket.write(`POST /namespace-wrapper HTTP/1.1\r\nHost: node\r\nConnection: close\r\nContent-Type: application/json\r\n`
    + `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  socket.resume();
}

// A thread that the bundle starts is loaded with this module as well, and has the way to the node, but not the channel.
if (isMainThread) {
  openRoutes();
  readPhases();
  if (settings.isBoxed) {
    openDoors();
  }
}
