// @solana/kit against a real ledger process: its factories, over HTTP and WebSocket.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kit from '@solana/kit'
import { startLedger } from './ledger.mjs'

const system = kit.address('11111111111111111111111111111111')

async function connect (t) {
  const ledger = await startLedger(t)
  const rpc = kit.createSolanaRpc(ledger.rpc)
  const rpcSubscriptions = kit.createSolanaRpcSubscriptions(ledger.pubsub)
  return {
    rpc,
    rpcSubscriptions,
    airdrop: kit.airdropFactory({ rpc, rpcSubscriptions }),
    sendAndConfirm: kit.sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions })
  }
}

async function funded ({ airdrop }, commitment = 'confirmed') {
  const signer = await kit.generateKeyPairSigner()
  await airdrop({ commitment, lamports: kit.lamports(2_000_000_000n), recipientAddress: signer.address })
  return signer
}

/** A transfer without a library of programs: data is the index 2 and the lamports. */
function transferInstruction (from, to, lamports) {
  const data = new Uint8Array(12)
  new DataView(data.buffer).setUint32(0, 2, true)
  new DataView(data.buffer).setBigUint64(4, lamports, true)
  return {
    programAddress: system,
    accounts: [{ address: from.address, role: kit.AccountRole.WRITABLE_SIGNER, signer: from }, { address: to, role: kit.AccountRole.WRITABLE }],
    data
  }
}

async function sign ({ rpc }, payer, version, instructions) {
  const { value: blockhash } = await rpc.getLatestBlockhash({ commitment: 'confirmed' }).send()
  return kit.signTransactionMessageWithSigners(kit.pipe(
    kit.createTransactionMessage({ version }),
    message => kit.setTransactionMessageFeePayerSigner(payer, message),
    message => kit.setTransactionMessageLifetimeUsingBlockhash(blockhash, message),
    message => kit.appendTransactionMessageInstructions(instructions, message)))
}

for (const commitment of ['processed', 'confirmed', 'finalized']) {
  test(`airdropFactory and sendAndConfirmTransactionFactory work at ${commitment}`, async t => {
    const client = await connect(t)
    const alice = await funded(client, commitment)
    const bob = (await kit.generateKeyPairSigner()).address

    const transaction = await sign(client, alice, 'legacy', [transferInstruction(alice, bob, 1_000_000_000n)])
    await client.sendAndConfirm(transaction, { commitment })

    assert.equal((await client.rpc.getBalance(bob, { commitment }).send()).value, 1_000_000_000n)
    const [status] = (await client.rpc.getSignatureStatuses([kit.getSignatureFromTransaction(transaction)]).send()).value
    assert.equal(status.err, null)
  })
}

test('a transaction that fails says why', async t => {
  const client = await connect(t)
  const alice = await funded(client)
  const transaction = await sign(client, alice, 'legacy', [transferInstruction(alice, (await kit.generateKeyPairSigner()).address, 9_000_000_000n)])

  await assert.rejects(client.sendAndConfirm(transaction, { commitment: 'confirmed' }), error => {
    assert.ok(kit.isSolanaError(error, kit.SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE))
    return true
  })
  await assert.rejects(client.sendAndConfirm(transaction, { commitment: 'confirmed', skipPreflight: true }))
})

test('a transaction that never lands is given up when its blockhash is too old', async t => {
  const ledger = await startLedger(t, 20)
  const rpc = kit.createSolanaRpc(ledger.rpc)
  const rpcSubscriptions = kit.createSolanaRpcSubscriptions(ledger.pubsub)
  const client = { rpc, rpcSubscriptions, airdrop: kit.airdropFactory({ rpc, rpcSubscriptions }), sendAndConfirm: kit.sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions }) }
  const alice = await kit.generateKeyPairSigner()
  // Nobody has funded it, so without a trial it vanishes.
  const transaction = await sign(client, alice, 'legacy', [transferInstruction(alice, (await kit.generateKeyPairSigner()).address, 1n)])

  await assert.rejects(client.sendAndConfirm(transaction, { commitment: 'confirmed', skipPreflight: true }), error => {
    assert.ok(kit.isSolanaError(error, kit.SOLANA_ERROR__BLOCK_HEIGHT_EXCEEDED), error.message)
    return true
  })
})

test('subscriptions bring accounts, logs, slots and roots', async t => {
  const client = await connect(t)
  const alice = await funded(client)
  const bob = (await kit.generateKeyPairSigner()).address
  const abort = new AbortController()
  t.after(() => abort.abort())
  const open = request => request.subscribe({ abortSignal: abort.signal })
  // What comes before somebody iterates is lost, so it begins before the transfer.
  const account = first(await open(client.rpcSubscriptions.accountNotifications(bob, { commitment: 'confirmed', encoding: 'base64' })))
  const logs = first(await open(client.rpcSubscriptions.logsNotifications({ mentions: [bob] }, { commitment: 'confirmed' })))
  const slots = first(await open(client.rpcSubscriptions.slotNotifications()))
  const roots = first(await open(client.rpcSubscriptions.rootNotifications()))
  const programs = first(await open(client.rpcSubscriptions.programNotifications(system, { commitment: 'confirmed', encoding: 'base64' })))

  const transaction = await sign(client, alice, 'legacy', [transferInstruction(alice, bob, 1_000_000_000n)])
  await client.sendAndConfirm(transaction, { commitment: 'confirmed' })

  assert.equal((await account).value.lamports, 1_000_000_000n)
  assert.equal((await logs).value.signature, kit.getSignatureFromTransaction(transaction))
  const slot = await slots
  assert.ok(slot.parent < slot.slot)
  assert.equal(typeof await roots, 'bigint')
  assert.ok((await programs).value.account.lamports > 0n)
})

async function first (notifications) {
  for await (const notification of notifications) return notification
}
