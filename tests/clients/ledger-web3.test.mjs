// @solana/web3.js 1.x against a real ledger process, over HTTP and WebSocket.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as web3 from '@solana/web3.js'
import { startLedger } from './ledger.mjs'

const { Connection, Keypair, LAMPORTS_PER_SOL, SystemProgram, Transaction } = web3

async function connect (t, commitment) {
  const ledger = await startLedger(t)
  const connection = new Connection(ledger.rpc, { commitment, wsEndpoint: ledger.pubsub })
  // It would look for its ledger for ever.
  t.after(() => { connection._rpcWebSocket.reconnect = false; connection._rpcWebSocket.close() })
  return { ledger, connection }
}

/** What a subscription brings next; it is ended afterwards. */
function next (t, subscribe, unsubscribe) {
  return new Promise(resolve => {
    const id = subscribe((...values) => resolve(values))
    t.after(() => unsubscribe(id))
  })
}

async function funded (connection, lamports = 2 * LAMPORTS_PER_SOL) {
  const key = Keypair.generate()
  const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash()
  const signature = await connection.requestAirdrop(key.publicKey, lamports)
  const { value } = await connection.confirmTransaction({ signature, blockhash, lastValidBlockHeight })
  assert.equal(value.err, null)
  return key
}

for (const commitment of ['processed', 'confirmed', 'finalized', undefined]) {
  test(`an airdrop and a transfer are confirmed at ${commitment ?? 'the default level'}`, async t => {
    const { connection } = await connect(t, commitment)
    const alice = await funded(connection)
    const bob = Keypair.generate().publicKey

    const transfer = new Transaction().add(SystemProgram.transfer({ fromPubkey: alice.publicKey, toPubkey: bob, lamports: LAMPORTS_PER_SOL }))
    const signature = await web3.sendAndConfirmTransaction(connection, transfer, [alice])

    assert.equal(await connection.getBalance(bob), LAMPORTS_PER_SOL)
    assert.equal(await connection.getBalance(alice.publicKey), LAMPORTS_PER_SOL - 5000)
    const { value } = await connection.getSignatureStatus(signature)
    assert.equal(value.err, null)
  })
}

test('a signature alone is confirmed, before and after it has landed', async t => {
  const { connection } = await connect(t, 'confirmed')
  const key = Keypair.generate()
  const signature = await connection.requestAirdrop(key.publicKey, LAMPORTS_PER_SOL)
  assert.equal((await connection.confirmTransaction(signature)).value.err, null)
  assert.equal((await connection.confirmTransaction(signature)).value.err, null)
})

test('a transaction that fails is confirmed with its error', async t => {
  const { connection } = await connect(t, 'confirmed')
  const alice = await funded(connection)
  const transfer = new Transaction().add(SystemProgram.transfer({ fromPubkey: alice.publicKey, toPubkey: Keypair.generate().publicKey, lamports: 5 * LAMPORTS_PER_SOL }))

  await assert.rejects(web3.sendAndConfirmTransaction(connection, transfer, [alice], { skipPreflight: true }), error => {
    assert.match(JSON.stringify(error) + error.message, /"InstructionError":\[0,\{"Custom":1\}\]/)
    return true
  })
  await assert.rejects(web3.sendAndConfirmTransaction(connection, transfer, [alice]), error => {
    assert.ok(error instanceof web3.SendTransactionError)
    assert.ok(error.logs.some(line => line.includes('insufficient lamports')), error.logs.join('\n'))
    return true
  })
})

test('accounts, logs, slots, roots and programs are told of', async t => {
  const { connection } = await connect(t, 'confirmed')
  const alice = await funded(connection)
  const bob = Keypair.generate().publicKey
  const account = next(t, listener => connection.onAccountChange(bob, listener), id => connection.removeAccountChangeListener(id))
  const logs = next(t, listener => connection.onLogs(bob, listener, 'confirmed'), id => connection.removeOnLogsListener(id))
  const all = next(t, listener => connection.onLogs('all', listener), id => connection.removeOnLogsListener(id))
  const slot = next(t, listener => connection.onSlotChange(listener), id => connection.removeSlotChangeListener(id))
  const root = next(t, listener => connection.onRootChange(listener), id => connection.removeRootChangeListener(id))
  const update = next(t, listener => connection.onSlotUpdate(listener), id => connection.removeSlotUpdateListener(id))
  const program = next(t, listener => connection.onProgramAccountChange(SystemProgram.programId, listener), id => connection.removeProgramAccountChangeListener(id))
  const [{ slot: now, parent }] = await slot
  assert.ok(parent < now)
  assert.ok((await root)[0] > 0)
  assert.ok(['frozen', 'createdBank', 'optimisticConfirmation', 'root'].includes((await update)[0].type))

  const transfer = new Transaction().add(SystemProgram.transfer({ fromPubkey: alice.publicKey, toPubkey: bob, lamports: LAMPORTS_PER_SOL }))
  const signature = await web3.sendAndConfirmTransaction(connection, transfer, [alice])

  const [info, context] = await account
  assert.equal(info.lamports, LAMPORTS_PER_SOL)
  assert.ok(info.owner.equals(SystemProgram.programId))
  assert.ok(context.slot >= now)
  for (const [entry] of [await logs, await all]) {
    assert.equal(entry.signature, signature)
    assert.equal(entry.err, null)
    assert.deepEqual(entry.logs, ['Program 11111111111111111111111111111111 invoke [1]', 'Program 11111111111111111111111111111111 success'])
  }

  assert.ok((await program)[0].accountInfo.lamports > 0)
})

test('history and blocks are read', async t => {
  const { connection } = await connect(t, 'confirmed')
  const alice = await funded(connection)
  const transfer = new Transaction().add(SystemProgram.transfer({ fromPubkey: alice.publicKey, toPubkey: Keypair.generate().publicKey, lamports: LAMPORTS_PER_SOL }))
  const signature = await web3.sendAndConfirmTransaction(connection, transfer, [alice])

  const entries = await connection.getSignaturesForAddress(alice.publicKey, { limit: 5 })
  assert.equal(entries[0].signature, signature)
  const transaction = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 })
  assert.equal(transaction.meta.err, null)
  const block = await connection.getBlock(transaction.slot, { maxSupportedTransactionVersion: 0, rewards: false })
  assert.ok(block.transactions.some(entry => entry.transaction.signatures[0] === signature))
})

test('a ledger that stops closes with a code after which the connection looks for it again', async t => {
  const { ledger, connection } = await connect(t, 'confirmed')
  await next(t, listener => connection.onSlotChange(listener), id => connection.removeSlotChangeListener(id))
  const closed = new Promise(resolve => connection._rpcWebSocket.once('close', resolve))
  await ledger.stop()
  assert.equal(await closed, 1001)
})
