// What the node says is done; what strangers ask is answered.
const http = require('node:http');
const { call, expressPort } = require('./namespace');
const CoreLogic = require('./coreLogic');

const coreLogic = new CoreLogic(call);

const functions = {
  executeTask: (round) => coreLogic.task(round),
  submitPayload: (round) => coreLogic.submitTask(round),
  auditPayload: (round) => coreLogic.auditTask(round),
  generateAndSubmitDistributionList: (round) => coreLogic.submitDistributionList(round),
  distributionListAudit: (round) => coreLogic.auditDistribution(round),
};

http
  .createServer(async (request, answer) => {
    const value = request.url === '/value' ? await call('storeGet', 'latest').catch(() => null) : { status: 200, message: 'Running' };
    answer.setHeader('Content-Type', 'application/json');
    answer.end(JSON.stringify(value));
  })
  .listen(Number(expressPort ?? 3000), () => console.log(`listening on port ${expressPort}`));

call('defaultTaskSetup').then(() => {
  process.on('message', async ({ functionCall, roundNumber }) => {
    console.log(`${functionCall} ${roundNumber}`);
    try {
      const result = await functions[functionCall]?.(roundNumber);
      if (functionCall === 'executeTask') await call('storeSet', 'latest', result);
    } catch (error) {
      // An unhandled rejection would end the process, and a node does not start such a task again.
      console.error(`${functionCall} of round ${roundNumber} failed: ${error.message}`);
    }
  });
});
