// What Koii's own client sends, which can't be installed from the registry: its recorded bodies as plain calls.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Keypair, SystemProgram, Transaction } from '@solana/web3.js'
import { call, openSocket, post, startLedger } from './ledger.mjs'

const koii = 1_000_000_000

async function fund (ledger, socket, key, id) {
  const signature = await call(ledger.rpc, 'requestAirdrop', key.toBase58(), 2 * koii)
  await confirm(socket, id, signature, {})
  return signature
}

// It never polls: the notification is all that it has, and it must come after the answer.
async function confirm (socket, id, signature, settings) {
  socket.send({ jsonrpc: '2.0', id, method: 'signatureSubscribe', params: [signature, settings] })
  const answer = await socket.find(message => message.id === id)
  const notification = await socket.find(message => message.params?.subscription === answer.result)
  assert.ok(socket.messages.indexOf(answer) < socket.messages.indexOf(notification))
  assert.equal(notification.method, 'signatureNotification')
  return notification.params.result
}

test('an airdrop is confirmed without a commitment', async t => {
  const ledger = await startLedger(t)
  const socket = await openSocket(t, ledger.pubsub)
  const signature = await call(ledger.rpc, 'requestAirdrop', Keypair.generate().publicKey.toBase58(), koii)

  const result = await confirm(socket, 1, signature, {})

  assert.deepEqual(result.value, { err: null })
  assert.deepEqual(Object.keys(result.context), ['slot'])
})

test('a transfer is sent and confirmed, twice in a row', async t => {
  const ledger = await startLedger(t)
  const socket = await openSocket(t, ledger.pubsub)
  const alice = Keypair.generate()
  await fund(ledger, socket, alice.publicKey, 1)
  let last
  for (const id of [2, 3]) {
    let blockhash
    // Equal transfers need different hashes: it asks every 200 ms until there is another one.
    do {
      ({ value: { blockhash } } = await call(ledger.rpc, 'getRecentBlockhash', { commitment: 'finalized' }))
    } while (blockhash === last && await new Promise(resolve => setTimeout(resolve, 200, true)))
    last = blockhash
    const transfer = new Transaction({ feePayer: alice.publicKey, blockhash, lastValidBlockHeight: 0 })
      .add(SystemProgram.transfer({ fromPubkey: alice.publicKey, toPubkey: alice.publicKey, lamports: 1 }))
    transfer.sign(alice)
    const signature = await call(ledger.rpc, 'sendTransaction', transfer.serialize().toString('base64'), { encoding: 'base64', preflightCommitment: 'confirmed' })
    assert.deepEqual((await confirm(socket, id, signature, { commitment: 'confirmed' })).value, { err: null })
  }
})

test('history is read by its old names, in a batch and in order', async t => {
  const ledger = await startLedger(t)
  const socket = await openSocket(t, ledger.pubsub)
  const alice = Keypair.generate().publicKey
  const signature = await fund(ledger, socket, alice, 1)

  const [entry] = await call(ledger.rpc, 'getConfirmedSignaturesForAddress2', alice.toBase58(), { limit: 1 })
  assert.equal(entry.signature, signature)
  assert.equal(entry.err, null)
  assert.equal(entry.memo, null)
  const transaction = await call(ledger.rpc, 'getConfirmedTransaction', signature, 'json')
  assert.equal(transaction.slot, entry.slot)
  assert.equal(transaction.meta.err, null)
  const block = await call(ledger.rpc, 'getConfirmedBlock', entry.slot)
  assert.ok(block.transactions.length > 0)

  const ids = [randomUUID(), randomUUID(), randomUUID()]
  const batch = await post(ledger.rpc, [
    { jsonrpc: '2.0', id: ids[0], method: 'getConfirmedTransaction', params: [signature] },
    { jsonrpc: '2.0', id: ids[1], method: 'getBalance', params: [alice.toBase58()] },
    { jsonrpc: '2.0', id: ids[2], method: 'getConfirmedTransaction', params: [signature, { commitment: 'confirmed' }] }
  ])
  assert.deepEqual(batch.map(answer => answer.id), ids)
  assert.equal(batch[1].result.value, 2 * koii)
  assert.ok(batch.every(answer => !('error' in answer)))
})

test('the subscriptions that it opens all answer, and its pings are not', async t => {
  const ledger = await startLedger(t)
  const socket = await openSocket(t, ledger.pubsub)
  const key = Keypair.generate().publicKey.toBase58()
  const requests = [
    ['accountSubscribe', [key, { encoding: 'base64' }]],
    ['programSubscribe', ['Koiitask22222222222222222222222222222222222', { encoding: 'base64', filters: [{ memcmp: { offset: 0, bytes: 'aRN1MbEZhbr2W97MTP3RhQjjqHgoZN' } }] }]],
    ['logsSubscribe', ['all']],
    ['slotSubscribe', []],
    ['rootSubscribe', []],
    ['slotsUpdatesSubscribe', []],
    // Equal to an earlier one: it tells the two apart by nothing but their ids.
    ['slotSubscribe', []]
  ]
  socket.send({ jsonrpc: '2.0', method: 'ping', params: null })
  const answers = []
  for (const [index, [method, params]] of requests.entries()) {
    socket.send({ jsonrpc: '2.0', id: index + 1, method, params })
    answers.push(await socket.find(message => message.id === index + 1))
  }

  assert.ok(answers.every(answer => typeof answer.result === 'number'))
  assert.equal(new Set(answers.map(answer => answer.result)).size, requests.length)
  assert.ok(socket.messages.every(message => message.method || message.id), 'a ping is a notification, and those are not answered')
  socket.send({ jsonrpc: '2.0', id: 99, method: 'slotUnsubscribe', params: [answers[3].result] })
  assert.equal((await socket.find(message => message.id === 99)).result, true)
})

test('a ledger that stops closes with a code after which it comes back', async t => {
  const ledger = await startLedger(t)
  const socket = await openSocket(t, ledger.rpc.replace('http', 'ws'))
  await ledger.stop()
  assert.equal(await socket.closing, 1001)
})

test('tasks are listed as the desktop node does', async t => {
  const ledger = await startLedger(t)
  const listed = await call(ledger.rpc, 'getProgramAccounts', 'Koiitask22222222222222222222222222222222222', {
    encoding: 'base64', dataSlice: { offset: 0, length: 0 }, filters: [{ memcmp: { offset: 0, bytes: 'aRN1MbEZhbr2W97MTP3RhQjjqHgoZN' } }]
  })
  assert.ok(Array.isArray(listed))
  const program = await call(ledger.rpc, 'getAccountInfo', 'Koiitask22222222222222222222222222222222222')
  assert.equal(program.value.executable, true)
})
