'use strict';
// Calls the node as CALLS says, [[method, ...], ...], and prints each answer: its number, status and body.
const http = require('http');

const [, , , taskId, , , , secret, , , , nodePort] = process.argv;
console.log('argv', JSON.stringify(process.argv.slice(2)));
console.log('env', JSON.stringify(Object.keys(process.env).sort()));

function post(body) {
  return new Promise((resolve, reject) => {
    const request = http.request({
      host: 'localhost', port: nodePort, path: '/namespace-wrapper', method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    }, (answer) => {
      let text = '';
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => resolve(`${answer.statusCode} ${text}`));
    });
    request.on('error', reject);
    request.end(body);
  });
}

process.on('message', async ({ functionCall, roundNumber }) => {
  for (const [index, args] of JSON.parse(process.env.CALLS).entries()) {
    console.log(`${index}: ${await post(JSON.stringify({ args, taskId, secret }))}`);
  }
  console.log('done', functionCall, roundNumber);
});
