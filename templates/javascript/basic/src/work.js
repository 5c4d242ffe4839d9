// The work: a chain of hashes that begins with the node's key and the round. Replace it by work that is worth something.
const { createHash } = require('node:crypto');

const STEPS = 10000;

module.exports = function compute(node, round) {
  let hash = createHash('sha256').update(`${node} ${round}`).digest();
  for (let step = 0; step < STEPS; step++) hash = createHash('sha256').update(hash).digest();
  return hash.toString('hex');
};
