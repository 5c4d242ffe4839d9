// Calls the node that runs the task. The node starts it with ten arguments, of which these are needed here.
const http = require('node:http');

const [, , , taskId, expressPort, , , secret, , , , nodePort] = process.argv;

function call(...args) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ args, taskId, secret });
    const request = http.request(
      {
        host: 'localhost',
        port: nodePort,
        path: '/namespace-wrapper',
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString('utf8');
          try {
            const { response, message } = JSON.parse(text);
            if (answer.statusCode === 200) resolve(response);
            else reject(new Error(message ?? `${args[0]}: status ${answer.statusCode}`));
          } catch {
            reject(new Error(`${args[0]}: status ${answer.statusCode}, and no JSON`));
          }
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

module.exports = { call, taskId, expressPort };
