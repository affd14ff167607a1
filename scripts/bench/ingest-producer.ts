/**
 * Sends sample events at a set rate for a while: brokers, topic, events per second, seconds, compression. kcat does the
 * sending: the work of a producer in this language would take more than half a core from what is measured.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { sampleEvents } from './sample-events.ts'

const [brokers = '', topic = '', perSecond = '1000', seconds = '10', compression = 'gzip'] = process.argv.slice(2)
const BEAT_MS = 20

const lines = sampleEvents(Number(perSecond) * Number(seconds)).map((event, n) =>
  Buffer.from(`${Math.floor(n / 14)}\t${event.toString()}\n`),
)
const kcat = spawn('kcat', ['-P', '-b', brokers, '-t', topic, '-z', compression, '-K', '\t', '-X', 'acks=all'], {
  stdio: ['pipe', 'inherit', 'inherit'],
})
const ended = new Promise<void>((resolve, reject) => {
  kcat.once('error', (cause) => reject(new Error('kcat does not start; install the package "kcat"', { cause })))
  kcat.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`kcat ended with ${String(code)}`))))
})
const sent = send()
await Promise.all([ended, sent])

async function send(): Promise<void> {
  const started = performance.now()
  for (let at = 0; at < lines.length; await sleep(BEAT_MS)) {
    const due = Math.min(lines.length, Math.floor(((performance.now() - started) / 1000) * Number(perSecond)))
    if (due === at) continue
    if (!kcat.stdin.write(Buffer.concat(lines.slice(at, due)))) await once(kcat.stdin, 'drain')
    at = due
  }
  kcat.stdin.end()
}
