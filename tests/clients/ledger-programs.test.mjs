// Tokens and address lookup tables through the clients' own libraries, against a real ledger process.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as token from '@solana/spl-token'
import * as web3 from '@solana/web3.js'
import { startLedger } from './ledger.mjs'

const { AddressLookupTableProgram, Connection, Keypair, LAMPORTS_PER_SOL, SystemProgram, TransactionMessage, VersionedTransaction } = web3

async function connect (t) {
  const ledger = await startLedger(t)
  const connection = new Connection(ledger.rpc, { commitment: 'confirmed', wsEndpoint: ledger.pubsub })
  // It would look for its ledger for ever.
  t.after(() => { connection._rpcWebSocket.reconnect = false; connection._rpcWebSocket.close() })
  const payer = Keypair.generate()
  const latest = await connection.getLatestBlockhash()
  const signature = await connection.requestAirdrop(payer.publicKey, 5 * LAMPORTS_PER_SOL)
  await connection.confirmTransaction({ signature, ...latest })
  return { connection, payer }
}

async function send (connection, payer, instructions, tables) {
  const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash()
  const transaction = new VersionedTransaction(new TransactionMessage({ payerKey: payer.publicKey, recentBlockhash: blockhash, instructions }).compileToV0Message(tables))
  transaction.sign([payer])
  const signature = await connection.sendTransaction(transaction)
  const { value } = await connection.confirmTransaction({ signature, blockhash, lastValidBlockHeight })
  assert.equal(value.err, null)
  return signature
}

test('a mint is made, tokens are minted and moved', async t => {
  const { connection, payer } = await connect(t)
  const mint = await token.createMint(connection, payer, payer.publicKey, null, 6)
  const mine = await token.getOrCreateAssociatedTokenAccount(connection, payer, mint, payer.publicKey)
  const theirs = await token.getOrCreateAssociatedTokenAccount(connection, payer, mint, Keypair.generate().publicKey)

  await token.mintTo(connection, payer, mint, mine.address, payer, 1_000_000n)
  await token.transfer(connection, payer, mine.address, theirs.address, payer, 400_000n)

  assert.equal((await token.getAccount(connection, mine.address)).amount, 600_000n)
  assert.equal((await token.getAccount(connection, theirs.address)).amount, 400_000n)
  assert.equal((await token.getMint(connection, mint)).supply, 1_000_000n)
  assert.equal((await connection.getTokenAccountBalance(theirs.address)).value.uiAmountString, '0.4')
})

test('a lookup table is made and extended, and a transaction of version 0 uses it', async t => {
  const { connection, payer } = await connect(t)
  const targets = Array.from({ length: 20 }, () => Keypair.generate().publicKey)
  const recentSlot = await connection.getSlot('finalized')
  const [create, address] = AddressLookupTableProgram.createLookupTable({ authority: payer.publicKey, payer: payer.publicKey, recentSlot })
  await send(connection, payer, [create])
  await send(connection, payer, [AddressLookupTableProgram.extendLookupTable({ lookupTable: address, authority: payer.publicKey, payer: payer.publicKey, addresses: targets })])

  const { value: table } = await connection.getAddressLookupTable(address)
  assert.deepEqual(table.state.addresses.map(String), targets.map(String))

  // New entries can be used from the slot after the one that added them.
  const added = await connection.getSlot('processed')
  await new Promise(resolve => { const id = connection.onSlotChange(({ slot }) => { if (slot > added + 1) { connection.removeSlotChangeListener(id); resolve() } }) })
  const signature = await send(connection, payer, targets.map(toPubkey => SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey, lamports: 1_000_000 })), [table])

  assert.equal(await connection.getBalance(targets[19]), 1_000_000)
  const landed = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 })
  assert.equal(landed.version, 0)
  assert.equal(landed.meta.loadedAddresses.writable.length, 20)
})
