/** A real service for a test run: started on loopback at a free port, ended by the process id it was started with. */
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess, ExecFileOptions, SpawnOptions } from 'node:child_process'
import { openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

export type Service = {
  readonly name: string
  readonly url: string
  /** What runs, for the log. */
  readonly version: string
  stop(): Promise<void>
}

export class ServiceError extends Error {
  readonly code = 'SERVICE'
}

/** Runs a program to its end; what it said is in the error when it fails. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ExecFileOptions = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { ...options, encoding: 'utf8' })
    return stdout
  } catch (cause) {
    const { stderr = '', stdout = '', message } = cause as { stderr?: string; stdout?: string; message: string }
    const said = stderr.trim() || stdout.trim()
    throw new ServiceError(`${program} failed: ${said === '' ? message : said}`, { cause })
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export type Running = { readonly child: ChildProcess; readonly end: (signal?: NodeJS.Signals) => Promise<void> }

/** Starts a program whose output goes to a file and waits until `ready` says so. */
export async function startProgram(
  program: string,
  args: readonly string[],
  options: SpawnOptions & { log: string; ready: () => Promise<boolean>; waitMs?: number },
): Promise<Running> {
  const { log, ready, waitMs = 60_000, ...spawnOptions } = options
  const output = openSync(log, 'a')
  const child = spawn(program, args, { ...spawnOptions, stdio: ['ignore', output, output] })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new ServiceError(`cannot start ${program}: ${cause.message}`, { cause })))
    child.once('exit', (code) => reject(new ServiceError(`${program} ended at once with code ${String(code)}`)))
  })
  // Once the program is up its end is somebody's wish.
  failed.catch(() => undefined)
  const running: Running = { child, end: (signal = 'SIGTERM') => endChild(child, signal) }
  try {
    await Promise.race([failed, untilReady(program, ready, waitMs)])
  } catch (cause) {
    await running.end('SIGKILL')
    const tail = (await readFile(log, 'utf8')).split('\n').slice(-25).join('\n')
    throw new ServiceError(`${(cause as Error).message}\n${tail}`, { cause })
  }
  return running
}

async function untilReady(program: string, ready: () => Promise<boolean>, waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs
  while (!(await ready())) {
    if (Date.now() > deadline) throw new ServiceError(`${program} is not ready after ${waitMs / 1000} s`)
    await sleep(100)
  }
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  const inTime = await Promise.race([ended.then(() => true), sleep(20_000, false, { ref: false })])
  if (!inTime) {
    child.kill('SIGKILL')
    await ended
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
