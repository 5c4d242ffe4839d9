// Helia, verified-fetch, the exporter and ipfs-car read what `pond store serve` serves, and Pond reads what they write.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CarReader, CarWriter } from '@ipld/car'
import { unixfs } from '@helia/unixfs'
import { createVerifiedFetch } from '@helia/verified-fetch'
import { withHTTP } from '@helia/http'
import { MemoryBlockstore } from 'blockstore-core/memory'
import { createHeliaLight } from 'helia'
import { exporter } from 'ipfs-unixfs-exporter'
import { importer } from 'ipfs-unixfs-importer'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'
import { all, bytes, collect, pondStore, serve, temporaryFolder } from './pond.mjs'

const ipfsCar = fileURLToPath(new URL('node_modules/ipfs-car/bin.js', import.meta.url))
const run = promisify(execFile)

async function served (t) {
  const folder = await temporaryFolder(t)
  const home = path.join(folder, 'store')
  const site = path.join(folder, 'site')
  await mkdir(path.join(site, 'sub'), { recursive: true })
  await writeFile(path.join(site, 'sub', 'big.bin'), bytes(7, 3_000_000))
  await writeFile(path.join(site, 'note.txt'), 'a note\n')
  const root = CID.parse(await pondStore('add', '--home', home, '--quiet', site))
  return { folder, home, root, ...await serve(t, home) }
}

async function helia (t, gateway) {
  const options = { delegatedRouters: [gateway], recursiveGateways: [gateway], allowInsecure: true, allowLocal: true }
  const node = await withHTTP(createHeliaLight(), options).start()
  t.after(() => node.stop())
  return node
}

test('helia reads files and folders, block by block', { timeout: 60_000 }, async t => {
  const { gateway, root } = await served(t)
  const fs = unixfs(await helia(t, gateway))
  assert.deepEqual(await collect(fs.cat(root, { path: 'sub/big.bin' })), bytes(7, 3_000_000))
  assert.deepEqual((await all(fs.ls(root))).map(entry => entry.name), ['note.txt', 'sub'])
})

test('verified-fetch reads by path', { timeout: 60_000 }, async t => {
  const { gateway, root } = await served(t)
  const fetch = await createVerifiedFetch(await helia(t, gateway))
  t.after(() => fetch.stop())
  const answer = await fetch(`ipfs://${root}/note.txt`)
  assert.equal(answer.status, 200)
  assert.equal(await answer.text(), 'a note\n')
})

test('a trustless client of a few lines reads the same bytes', async t => {
  const { gateway, root } = await served(t)
  const blocks = {
    async * get (cid) {
      const block = new Uint8Array(await (await fetch(new URL(`/ipfs/${cid}?format=raw`, gateway))).arrayBuffer())
      assert.deepEqual((await sha256.digest(block)).digest, cid.multihash.digest)
      yield block
    }
  }
  const entry = await exporter(`${root}/sub/big.bin`, blocks)
  assert.deepEqual(await collect(entry.content()), bytes(7, 3_000_000))
})

test('@ipld/car reads the CAR of the gateway, and ipfs-car unpacks it', async t => {
  const { folder, gateway, root } = await served(t)
  const answer = await fetch(new URL(`/ipfs/${root}?format=car`, gateway))
  const car = new Uint8Array(await answer.arrayBuffer())
  const reader = await CarReader.fromBytes(car)
  assert.deepEqual((await reader.getRoots()).map(String), [root.toString()])
  assert.equal((await all(reader.blocks())).length, 7)

  await writeFile(path.join(folder, 'site.car'), car)
  await run(process.execPath, [ipfsCar, 'unpack', path.join(folder, 'site.car'), '--output', path.join(folder, 'unpacked')])
  assert.deepEqual(new Uint8Array(await readFile(path.join(folder, 'unpacked', 'sub', 'big.bin'))), bytes(7, 3_000_000))
})

test('what ipfs-car packs, pond reads, and both give it one CID', async t => {
  const folder = await temporaryFolder(t)
  const home = path.join(folder, 'store')
  const file = path.join(folder, 'file.bin')
  await writeFile(file, bytes(8, 5_000_000))
  const { stdout } = await run(process.execPath, [ipfsCar, 'pack', file, '--no-wrap', '--output', path.join(folder, 'file.car')])
  const root = stdout.trim()
  assert.equal(await pondStore('import', '--home', home, path.join(folder, 'file.car')), root)
  assert.equal(await pondStore('add', '--home', home, '--quiet', file), root)
  await pondStore('get', '--home', home, root, '--output', path.join(folder, 'out'))
  assert.deepEqual(new Uint8Array(await readFile(path.join(folder, 'out'))), bytes(8, 5_000_000))
})

test('a large directory of the JavaScript importer, in a CAR of @ipld/car, is read with all its shards', async t => {
  const folder = await temporaryFolder(t)
  const home = path.join(folder, 'store')
  const store = new MemoryBlockstore()
  const names = Array.from({ length: 3000 }, (_, index) => `a file with quite a long name, so that the folder is sharded, ${index}`)
  const files = names.map(name => ({ path: `dir/${name}`, content: new TextEncoder().encode(name) }))
  const root = (await all(importer(files, store, { profile: 'unixfs-v1-2025' }))).at(-1).cid
  const { writer, out } = CarWriter.create([root])
  const written = pipeline(Readable.from(out), createWriteStream(path.join(folder, 'dir.car')))
  for await (const { cid, bytes: block } of store.getAll()) {
    await writer.put({ cid, bytes: block instanceof Uint8Array ? block : await collect(block) })
  }

  await writer.close()
  await written
  assert.equal(await pondStore('import', '--home', home, path.join(folder, 'dir.car')), root.toString())
  const listed = JSON.parse(await pondStore('ls', '--home', home, '--json', root.toString()))
  assert.deepEqual(listed.entries.map(entry => entry.name), names.toSorted())
  await pondStore('get', '--home', home, `${root}/${names[77]}`, '--output', path.join(folder, 'out'))
  assert.equal(await readFile(path.join(folder, 'out'), 'utf8'), names[77])
})
