// The pinning client of the IPFS Pinning Service API, generated from its specification, against a Pond node that pins for others.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { Configuration, RemotePinningServiceClient, Status, TextMatchingStrategy } from '@ipfs-shipyard/pinning-service-client'
import { bytes, pondStore, serve, temporaryFolder } from './pond.mjs'

async function setUp (t) {
  const folder = await temporaryFolder(t)
  const file = path.join(folder, 'file')
  await writeFile(file, bytes(7, 3_000_000))
  const cid = await pondStore('add', '--home', path.join(folder, 'mine'), '--quiet', file)
  const mine = await serve(t, path.join(folder, 'mine'))

  const users = path.join(folder, 'users.json')
  await writeFile(users, JSON.stringify({ ada: { token: 'secret', maxBytes: 10_000_000 } }))
  const theirs = await serve(t, path.join(folder, 'theirs'), '--pinning-users', users, '--pinning-port', '0', '--local-network')
  const origin = `/ip4/127.0.0.1/tcp/${mine.gateway.port}/http`
  const client = new RemotePinningServiceClient(new Configuration({
    endpointUrl: theirs.pinning.href.replace(/\/$/, ''), accessToken: 'secret'
  }))
  return { folder, cid, client, origin, theirs }
}

async function until (client, requestid, ...wanted) {
  for (;;) {
    const status = await client.pinsRequestidGet({ requestid })
    if (wanted.includes(status.status)) return status
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

test('a pin is asked for, fetched, listed, replaced and removed', async t => {
  const { cid, client, origin, theirs } = await setUp(t)

  const asked = await client.pinsPost({ pin: { cid, name: 'my file', origins: [origin], meta: { app: 'test' } } })
  const pinned = await until(client, asked.requestid, Status.Pinned, Status.Failed)
  assert.equal(pinned.status, Status.Pinned)
  assert.ok(pinned.created instanceof Date)
  assert.equal([...pinned.delegates].length, 1)

  const listed = await client.pinsGet({ limit: 10, cid: [cid], status: [Status.Pinned], name: 'MY', match: TextMatchingStrategy.Ipartial })
  assert.equal(listed.count, 1)
  assert.equal([...listed.results][0].pin.cid, cid)

  const content = new Uint8Array(await (await fetch(new URL(`/ipfs/${cid}`, theirs.gateway))).arrayBuffer())
  assert.deepEqual(content, bytes(7, 3_000_000))

  const replaced = await client.pinsRequestidPost({ requestid: asked.requestid, pin: { cid, name: 'renamed', origins: [origin] } })
  assert.notEqual(replaced.requestid, asked.requestid)
  await until(client, replaced.requestid, Status.Pinned)
  await assert.rejects(client.pinsRequestidGet({ requestid: asked.requestid }))

  await client.pinsRequestidDelete({ requestid: replaced.requestid })
  assert.equal((await client.pinsGet({ limit: 10 })).count, 0)
})

test('a wrong token and a CID that nobody has are told', async t => {
  const { client, theirs } = await setUp(t)
  const stranger = new RemotePinningServiceClient(new Configuration({
    endpointUrl: theirs.pinning.href.replace(/\/$/, ''), accessToken: 'wrong'
  }))
  await assert.rejects(stranger.pinsGet({ limit: 1 }), failure => failure.status === 401)

  const asked = await client.pinsPost({ pin: { cid: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' } })
  const failed = await until(client, asked.requestid, Status.Failed, Status.Pinned)
  assert.equal(failed.status, Status.Failed)
  assert.match(failed.info.status_details, /block-missing/)
})

test('pond itself is such a client', async t => {
  const { folder, cid, origin, theirs } = await setUp(t)
  const token = path.join(folder, 'token')
  await writeFile(token, 'secret\n')
  process.env.POND_HOME = path.join(folder, 'pond-home')

  await pondStore('pin', 'remote', 'service', 'add', 'theirs', theirs.pinning.href, '--token-file', token)
  const added = JSON.parse(await pondStore(
    'pin', 'remote', 'add', cid, '--service', 'theirs', '--name', 'mine', '--origin', `http://127.0.0.1:${origin.split('/')[4]}`, '--json'))
  assert.equal(added.pin.status, 'pinned')
  const listed = JSON.parse(await pondStore('pin', 'remote', 'ls', '--service', 'theirs', '--json'))
  assert.deepEqual(listed.pins.map(pin => pin.pin.name), ['mine'])
  await pondStore('pin', 'remote', 'rm', added.pin.requestid, '--service', 'theirs')
  assert.equal(JSON.parse(await pondStore('pin', 'remote', 'ls', '--service', 'theirs', '--json')).count, 0)
})
