// kubo-rpc-client drives the RPC of a real `pond store serve`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importer } from 'ipfs-unixfs-importer'
import { MemoryBlockstore } from 'blockstore-core/memory'
import { create } from 'kubo-rpc-client'
import { all, bytes, collect, serve, temporaryFolder } from './pond.mjs'

async function client (t) {
  const { rpc } = await serve(t, await temporaryFolder(t))
  return create({ url: rpc })
}

test('files that are added have the CIDs that the JavaScript importer makes, and come back', async t => {
  const ipfs = await client(t)
  for (const [profile, options] of [['unixfs-v0-2015', {}], ['unixfs-v1-2025', { cidVersion: 1, rawLeaves: true, chunker: 'size-1048576' }]]) {
    for (const length of [0, 1, 262145, 3_000_000]) {
      const content = bytes(length + 1, length)
      const [expected] = await all(importer([{ content }], new MemoryBlockstore(), { profile }))

      const added = await ipfs.add(content, options)

      assert.equal(added.cid.toString(), expected.cid.toString(), `${profile} ${length}`)
      assert.deepEqual(await collect(ipfs.cat(added.cid)), content)
    }
  }

  const { cid } = await ipfs.add(bytes(1, 1000))
  assert.deepEqual(await collect(ipfs.cat(cid, { offset: 10, length: 20 })), bytes(1, 1000).subarray(10, 30))
})

test('a folder is added with progress, listed, read by path and got as an archive', async t => {
  const ipfs = await client(t)
  const files = [
    { path: 'top/b/big.bin', content: bytes(2, 600_000) },
    { path: 'top/ą ż.txt', content: new TextEncoder().encode('hello') },
    { path: 'top/empty' }
  ]
  const progress = []
  const added = await all(ipfs.addAll(files, { progress: (count, path) => progress.push([path, count]), cidVersion: 1 }))

  const root = added.at(-1)
  assert.equal(root.path, 'top')
  const [expected] = (await all(importer(files, new MemoryBlockstore(), { profile: 'unixfs-v0-2015', cidVersion: 1, rawLeaves: true }))).slice(-1)
  assert.equal(root.cid.toString(), expected.cid.toString())
  assert.deepEqual(progress.filter(([path]) => path === 'top/b/big.bin').at(-1), ['top/b/big.bin', 600_000])
  const listed = await all(ipfs.ls(root.cid))
  assert.deepEqual(listed.map(entry => [entry.name, entry.type, entry.size]), [['b', 'dir', 0], ['empty', 'dir', 0], ['ą ż.txt', 'file', 5]])
  assert.equal(Buffer.from(await collect(ipfs.cat(`${root.cid}/ą ż.txt`))).toString(), 'hello')
  const archive = await collect(ipfs.get(root.cid))
  assert.ok(Buffer.from(archive).includes('big.bin'))
  assert.ok(archive.length > 600_000)
})

test('blocks are put, stated, got and removed, and pinned ones are not', async t => {
  const ipfs = await client(t)
  const cid = await ipfs.block.put(new TextEncoder().encode('hello world\n'), { format: 'raw' })
  assert.equal(cid.toString(), 'bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4')
  assert.equal((await ipfs.block.stat(cid)).size, 12)
  assert.equal(Buffer.from(await ipfs.block.get(cid)).toString(), 'hello world\n')

  await ipfs.pin.add(cid)
  const [refused] = await all(ipfs.block.rm(cid))
  assert.match(refused.error.message, /pinned/)
  await ipfs.pin.rm(cid)
  const [removed] = await all(ipfs.block.rm(cid))
  assert.equal(removed.error, undefined)
  await assert.rejects(ipfs.block.get(cid), /not in the store/)
})

test('pins are named, listed, updated and removed, and decide what is collected', async t => {
  const ipfs = await client(t)
  const kept = (await ipfs.add(bytes(3, 500_000), { pin: false })).cid
  const garbage = (await ipfs.add(bytes(4, 500_000), { pin: false })).cid
  await ipfs.pin.add(kept, { name: 'kept' })
  const pins = await all(ipfs.pin.ls({ type: 'recursive', names: true }))
  assert.deepEqual(pins.map(pin => [pin.cid.toString(), pin.type, pin.name]), [[kept.toString(), 'recursive', 'kept']])
  const leaf = (await all(ipfs.refs(kept)))[0].ref
  const [indirect] = await all(ipfs.pin.ls({ paths: [leaf] }))
  assert.match(indirect.type, /indirect/)

  const swept = await all(ipfs.repo.gc())

  assert.equal(swept.length, 3)
  await assert.rejects(ipfs.block.get(garbage), /not in the store/)
  assert.deepEqual(await collect(ipfs.cat(kept)), bytes(3, 500_000))
  await ipfs.pin.rm(kept)
  await assert.rejects(ipfs.pin.rm(kept), /not pinned or pinned indirectly/)
  await assert.rejects(all(ipfs.pin.ls({ paths: [kept] })), /is not pinned/)
})

test('CAR files go out and come in elsewhere', async t => {
  const first = await client(t)
  const second = await client(t)
  const { cid } = await first.add(bytes(5, 2_000_000))
  const car = await collect(first.dag.export(cid))

  const [imported] = await all(second.dag.import([car]))

  assert.equal(imported.root.cid.toString(), cid.toString())
  assert.deepEqual(await collect(second.cat(cid)), bytes(5, 2_000_000))
  assert.equal((await all(second.pin.ls({ paths: [cid] })))[0].type, 'recursive')
  await assert.rejects(all(second.dag.import([car.subarray(0, car.length - 5)])), /import failed/)
})

test('the store says who and how large it is', async t => {
  const ipfs = await client(t)
  await ipfs.add('hello')
  assert.match((await ipfs.id()).id.toString(), /^12D3KooW/)
  assert.equal((await ipfs.version()).repo, '18')
  const stat = await ipfs.repo.stat()
  assert.equal(stat.numObjects, 1n)
  assert.equal(stat.repoSize, 13n)
  assert.deepEqual(await ipfs.swarm.peers(), [])
  // The client calls online what has addresses among libp2p peers; this store speaks HTTP.
  assert.equal(await ipfs.isOnline(), false)
})
