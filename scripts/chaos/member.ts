/** The parent's side of one ingesting process: it can be asked to join or leave, be frozen, and be killed. */
import { type ChildProcess, fork } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answer, Order } from './ingester.ts'

const PROGRAM = fileURLToPath(new URL('ingester.ts', import.meta.url))

export type Member = {
  readonly name: string
  /** Whether it was killed, asked to end, or kills itself at a point. */
  readonly isEndingWanted: () => boolean
  readonly pid: number
  readonly isAlive: () => boolean
  join(): void
  leave(): void
  freeze(): void
  thaw(): void
  kill(): Promise<void>
  /** Resolves with how it ended: a signal's name or an exit code. */
  readonly ended: Promise<string>
  /** Leaves the group and ends by itself; killed when it does not. */
  end(): Promise<void>
}

const PATIENCE_MS = 30_000

/** Resolves when the process has reached its warehouse and waits for orders. */
export async function startMember(name: string, folder: string, env: NodeJS.ProcessEnv): Promise<Member> {
  const output = openSync(join(folder, `${name}.log`), 'a')
  const child = fork(PROGRAM, [], {
    env: { ...process.env, ...env },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', output, output, 'ipc'],
  })
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `code ${String(code)}`)),
  )
  child.on('error', () => undefined)
  await Promise.race([
    heard(child, 'ready'),
    ended.then((how) => Promise.reject(new Error(`the ingester ${name} ended at its start (${how}); see ${folder}`))),
  ])
  const send = (order: Order): void => {
    if (child.connected) child.send(order, () => undefined)
  }
  let isEndingWanted = env['CHAOS_POINT'] !== undefined
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    name,
    isEndingWanted: () => isEndingWanted,
    pid: child.pid ?? 0,
    isAlive,
    ended,
    join: () => send('join'),
    leave: () => send('leave'),
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      isEndingWanted = true
      child.kill('SIGKILL')
      await ended
    },
    async end() {
      if (!isAlive()) return
      isEndingWanted = true
      child.kill('SIGCONT')
      send('end')
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

function heard(child: ChildProcess, expected: Answer): Promise<void> {
  return new Promise((resolve) => {
    const listen = (answer: unknown): void => {
      if (answer !== expected) return
      child.off('message', listen)
      resolve()
    }
    child.on('message', listen)
  })
}
