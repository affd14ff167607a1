/** PostgreSQL with a cluster of its own in a temporary folder. */
import { chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError, freePort, runProgram, startProgram } from './service.ts'
import type { Service } from './service.ts'

const DEBIAN = '/usr/lib/postgresql'

export async function startPostgres(folder: string): Promise<Service> {
  const bin = findBin()
  const owner = await ownerOf()
  const data = join(folder, 'postgres')
  mkdirSync(data, { mode: 0o700 })
  if (owner !== null) chownSync(data, owner.uid, owner.gid)
  const as = { cwd: '/', ...owner }
  await runProgram(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'orderlens', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    as,
  )
  const port = await freePort()
  const { end } = await startProgram(
    join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      data,
      ...settings({ listen_addresses: '127.0.0.1', fsync: 'off', timezone: 'UTC' }),
    ],
    { ...as, log: join(folder, 'postgres.log'), ready: () => isReady(bin, port) },
  )
  await runProgram(join(bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(port), '-U', 'orderlens', 'orderlens'], {
    cwd: '/',
  })
  const version = /[\d.]+/.exec(await runProgram(join(bin, 'postgres'), ['--version']))?.[0] ?? 'unknown'
  // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
  return {
    name: 'PostgreSQL',
    version,
    url: `postgres://orderlens@127.0.0.1:${port}/orderlens`,
    stop: () => end('SIGINT'),
  }
}

function settings(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

function findBin(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const found = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(':'),
  ].find((bin) => existsSync(join(bin, 'initdb')))
  if (found === undefined) throw new ServiceError('PostgreSQL is missing: install it with `apt-get install postgresql`')
  return found
}

/** PostgreSQL does not run as root; Debian's package brings the user for it. */
async function ownerOf(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null
  const id = async (flag: string): Promise<number> => Number(await runProgram('id', [flag, 'postgres']))
  return { uid: await id('-u'), gid: await id('-g') }
}

function isReady(bin: string, port: number): Promise<boolean> {
  return runProgram(join(bin, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).then(
    () => true,
    () => false,
  )
}
