// Starts real ledger processes for the tests, and speaks to them without any client library.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const program = process.env.POND_LEDGER_DLL ?? path.join(here, '../../artifacts/bin/Pond.TestLedger/release/Pond.TestLedger.dll')

/** A ledger of its own until the test ends. */
export async function startLedger (t, slotMs = 100) {
  const child = spawn('dotnet', [program, String(slotMs)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise(resolve => child.once('close', resolve))
  const stop = async () => { child.kill('SIGTERM'); await ended }
  t.after(stop)
  let text = ''
  for await (const chunk of child.stdout) {
    text += chunk
    if (text.includes('\n')) break
  }

  return { ...JSON.parse(text), stop }
}

let lastId = 0

/** A call with exactly these parameters: what a client that can't be installed sends. Returns the whole answer. */
export async function post (url, body) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`)
  return response.json()
}

/** The same, for its result. */
export async function call (url, method, ...params) {
  const answer = await post(url, { jsonrpc: '2.0', id: `${++lastId}`, method, params })
  if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error)
  return answer.result
}

/** A bare socket: every message that comes is kept, in order. */
export async function openSocket (t, url) {
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(url)
  t.after(() => socket.terminate())
  const messages = []
  const waiting = []
  let closed
  const check = () => {
    for (const [index, { isIt, resolve }] of [...waiting.entries()].reverse()) {
      const found = messages.find(isIt)
      if (found) {
        waiting.splice(index, 1)
        resolve(found)
      }
    }
  }
  socket.on('message', data => { messages.push(JSON.parse(data)); check() })
  const closing = new Promise(resolve => socket.on('close', code => { closed = code; resolve(code) }))
  await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject) })
  return {
    messages,
    closing,
    get closed () { return closed },
    send: message => socket.send(JSON.stringify(message)),
    find: isIt => new Promise(resolve => { waiting.push({ isIt, resolve }); check() })
  }
}
