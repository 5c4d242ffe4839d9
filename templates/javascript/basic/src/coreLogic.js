// The nine functions of a task.
const compute = require('./work');
const encode = require('./base58');

const MAX_AUDITS = 5;

class CoreLogic {
  constructor(call) {
    this.call = call;
  }

  async task(round) {
    const result = compute(await this.ownKey(), round);
    // Into the store: the process may be restarted before the submission is asked for.
    await this.call('storeSet', `result-${round}`, result);
    return result;
  }

  fetchSubmission(round) {
    return this.call('storeGet', `result-${round}`);
  }

  async submitTask(round) {
    const submission = await this.fetchSubmission(round);
    if (submission) await this.call('checkSubmissionAndUpdateRound', submission, round);
  }

  validateNode(submission, round, submitter) {
    return submission === compute(submitter, round);
  }

  async auditTask(round) {
    const info = await this.call('getTaskSubmissionInfo', round).catch(() => null);
    const submissions = info?.submissions?.[round] ?? {};
    const triggers = info?.submissions_audit_trigger?.[round] ?? {};
    const own = await this.ownKey();
    for (const candidate of Object.keys(submissions).filter((key) => key !== own).slice(0, MAX_AUDITS)) {
      const isValid = this.validateNode(submissions[candidate].submission_value, round, candidate);
      // Silence approves, until somebody has objected.
      if (!isValid || triggers[candidate]) await this.call('auditSubmission', candidate, isValid, round);
    }
  }

  async generateDistributionList(round) {
    const info = await this.call('getTaskSubmissionInfo', round).catch(() => null);
    const state = await this.call('getTaskState', {});
    const triggers = info?.submissions_audit_trigger?.[round] ?? {};
    const accepted = Object.keys(info?.submissions?.[round] ?? {}).filter((key) => {
      const votes = triggers[key]?.votes ?? [];
      return votes.reduce((sum, vote) => sum + (vote.is_valid ? 1 : -1), triggers[key] ? -1 : 0) >= 0;
    });
    const reward = Math.floor(state.bounty_amount_per_round / Math.max(1, accepted.length));
    return Object.fromEntries(accepted.map((key) => [key, reward]));
  }

  async submitDistributionList(round) {
    const list = await this.generateDistributionList(round);
    // The node answers false if another one was selected.
    if (Object.keys(list).length > 0 && (await this.call('uploadDistributionList', list, round))) {
      await this.call('distributionListSubmissionOnChain', round);
    }
  }

  async validateDistribution(text, round) {
    const own = await this.generateDistributionList(round);
    const list = JSON.parse(text);
    const keys = Object.keys(own);
    return keys.length === Object.keys(list).length && keys.every((key) => own[key] === list[key]);
  }

  async auditDistribution(round) {
    const info = await this.call('getTaskDistributionInfo', round).catch(() => null);
    const own = await this.ownKey();
    for (const author of Object.keys(info?.distribution_rewards_submission?.[round] ?? {}).filter((key) => key !== own)) {
      const text = await this.call('getDistributionList', author, round).catch(() => null);
      if (text === null) continue;
      const isValid = await this.validateDistribution(text, round).catch(() => false);
      if (!isValid) await this.call('distributionListAuditSubmission', author, false, round);
    }
  }

  async ownKey() {
    const account = await this.call('getSubmitterAccount');
    return encode(Object.values(account._keypair.publicKey));
  }
}

module.exports = CoreLogic;
