// Starts real `pond store` processes for the tests.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const here = path.dirname(fileURLToPath(import.meta.url))
const pond = process.env.POND_DLL ?? path.join(here, '../../artifacts/bin/Pond.Cli/release/pond.dll')
const run = promisify(execFile)

/** A folder that is gone after the test. */
export async function temporaryFolder (t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'pond-clients-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

/** Runs `pond store ...` to its end and returns what it wrote to stdout. */
export async function pondStore (...words) {
  const { stdout } = await run('dotnet', [pond, 'store', ...words], { maxBuffer: 64 * 1024 * 1024 })
  return stdout.trim()
}

/** Serves a store until the test ends. */
export async function serve (t, home, ...options) {
  const child = spawn('dotnet', [pond, 'store', 'serve', '--home', home, '--gateway-port', '0', '--rpc-port', '0', '--json', ...options])
  const ended = new Promise(resolve => child.once('close', resolve))
  t.after(async () => {
    child.kill('SIGTERM')
    await ended
  })

  let text = ''
  for await (const chunk of child.stdout) {
    text += chunk
    if (text.includes('\n')) break
  }

  const { gateway, rpc, pinning } = JSON.parse(text)
  return { gateway: new URL(gateway), rpc: new URL(rpc), pinning: pinning && new URL(pinning), stop: async () => { child.kill('SIGTERM'); await ended } }
}

/** Bytes that are the same in every run: the xorshift generator of the vectors. */
export function bytes (seed, length) {
  const result = new Uint8Array(Math.ceil(length / 4) * 4)
  const view = new DataView(result.buffer)
  let state = seed
  for (let offset = 0; offset < result.length; offset += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    view.setUint32(offset, state >>> 0, true)
  }

  return result.subarray(0, length)
}

export async function collect (source) {
  const parts = []
  for await (const part of source) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

export async function all (source) {
  const items = []
  for await (const item of source) items.push(item)
  return items
}
