/** The parent's side of one ingesting process: it can be asked to join or leave, be frozen, and be killed. */
import { type ChildProcess, fork } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Arms, Point } from './failpoints.ts'
import type { Answer, Command, Stats } from './ingester.ts'

const PROGRAM = fileURLToPath(new URL('ingester.ts', import.meta.url))

export type Member = {
  readonly name: string
  /** Whether it was killed, asked to end, or kills itself at a point. */
  readonly isEndingWanted: () => boolean
  readonly pid: number
  readonly isAlive: () => boolean
  /** Tells a spare to open its warehouse. */
  open(): void
  join(): void
  leave(): void
  /** It kills itself at the point, or tells when it reached it. */
  arm(arms: Arms): void
  /** Resolves when it tells that it reached an armed point. */
  reached(point: Point): Promise<void>
  /** How it fares since it was asked last; null when it does not answer. */
  stats(): Promise<Stats | null>
  /** As an orchestrator ends a process. */
  terminate(): void
  freeze(): void
  thaw(): void
  kill(): Promise<void>
  /** Resolves with how it ended: a signal's name or an exit code. */
  readonly ended: Promise<string>
  /** Leaves the group and ends by itself; killed when it does not. */
  end(): Promise<void>
}

const PATIENCE_MS = 30_000
const STATS_MS = 5_000

/** Resolves when the process has reached its warehouse and waits for orders. */
export async function startMember(
  name: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  /** The ingester as plain JavaScript; its sources unless given. */
  program?: string,
): Promise<Member> {
  const output = openSync(join(folder, `${name}.log`), 'a')
  const child = fork(program ?? PROGRAM, [], {
    env: { ...process.env, ...env },
    execArgv: program === undefined ? ['--import', 'tsx'] : [],
    stdio: ['ignore', output, output, 'ipc'],
    // Ctrl-C is for the one who does the harm; it ends with its parent all the same, when the channel closes.
    detached: true,
  })
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `code ${String(code)}`)),
  )
  child.on('error', () => undefined)
  await Promise.race([
    heard(child, (answer) => answer === 'ready'),
    ended.then((how) => Promise.reject(new Error(`the ingester ${name} ended at its start (${how}); see ${folder}`))),
  ])
  const send = (command: Command): void => {
    if (child.connected) child.send(command, () => undefined)
  }
  let isEndingWanted = false
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null
  return {
    name,
    isEndingWanted: () => isEndingWanted,
    pid: child.pid ?? 0,
    isAlive,
    ended,
    open: () => send('open'),
    join: () => send('join'),
    leave: () => send('leave'),
    arm(arms) {
      if (arms.isOnlyTold !== true) isEndingWanted = true
      send({ arm: arms })
    },
    reached: (point) =>
      heard(child, (answer) => typeof answer === 'object' && 'reached' in answer && answer.reached === point),
    async stats() {
      let found: Stats | null = null
      const answered = heard(child, (answer) => {
        if (typeof answer === 'string' || !('stats' in answer)) return false
        found = answer.stats
        return true
      })
      send('stats')
      await Promise.race([answered, ended, sleep(STATS_MS, undefined, { ref: false })])
      return found
    },
    terminate() {
      isEndingWanted = true
      child.kill('SIGTERM')
    },
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

function heard(child: ChildProcess, isIt: (answer: Answer) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const listen = (answer: unknown): void => {
      // safe because an ingester sends nothing else
      if (!isIt(answer as Answer)) return
      child.off('message', listen)
      resolve()
    }
    child.on('message', listen)
  })
}
